package io.beamhouse.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.LinkedHashSet;
import java.util.Set;

/** Condition "calls one of these methods", whatever their parameters. */
final class Calls extends ArchCondition<JavaClass> {
  private final Set<String> methods;

  private Calls(Set<String> methods) {
    super("call one of " + methods);
    this.methods = methods;
  }

  static Calls to(String owner, String method) {
    return new Calls(Set.of(owner + "." + method));
  }

  Calls orTo(String owner, String method) {
    Set<String> all = new LinkedHashSet<>(methods);
    all.add(owner + "." + method);
    return new Calls(all);
  }

  @Override
  public void check(JavaClass item, ConditionEvents events) {
    for (JavaMethodCall call : item.getMethodCallsFromSelf()) {
      String name = call.getTargetOwner().getName() + "." + call.getTarget().getName();
      if (methods.contains(name)) {
        events.add(SimpleConditionEvent.satisfied(call, call.getDescription()));
      }
    }
  }
}
