package io.beamhouse.pipelines.spec;

import io.beamhouse.pipelines.spec.YamlNode.Mapping;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The names that a reference inside one pipeline or composite can mean. */
final class Scope {
  /** The composite whose inside this is; null for the pipeline itself. */
  final Member owner;

  final List<Member> members = new ArrayList<>();

  Scope(Member owner) {
    this.owner = owner;
  }

  /** A step before its references are resolved; mutable only while the shape is read. */
  static final class Member {
    final Scope scope;
    final Mapping node;
    final String path;
    final String type;
    final boolean named;

    /** The name inside its scope; {@code Type@line} where several are nameless. */
    String label;

    /** Then its inputs are those of the chain. */
    boolean firstOfChain;

    final Map<String, List<Ref>> inputs = new LinkedHashMap<>();

    /** The inside of a composite or chain; null for a leaf. */
    Scope inner;

    /** A composite's outputs. */
    final Map<String, Ref> outputs = new LinkedHashMap<>();

    Member(Scope scope, Mapping node, String path, String type, String label, boolean named) {
      this.scope = scope;
      this.node = node;
      this.path = path;
      this.type = type;
      this.label = label;
      this.named = named;
    }

    String fullName() {
      return scope.owner == null ? label : scope.owner.fullName() + "." + label;
    }
  }

  /**
   * A use of another step's output.
   *
   * @param target what a chain implies; null when {@code text} says it
   */
  record Ref(Member target, String text, int line, String path) {}

  /** Members whose name, or else whose type, is {@code name}. */
  List<Member> find(String name) {
    List<Member> byName = members.stream().filter(m -> m.label.equals(name)).toList();
    return byName.isEmpty() ? members.stream().filter(m -> m.type.equals(name)).toList() : byName;
  }
}
