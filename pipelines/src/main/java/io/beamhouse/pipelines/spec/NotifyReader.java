package io.beamhouse.pipelines.spec;

import io.beamhouse.core.error.SpecException;
import io.beamhouse.io.core.state.StateStores;
import io.beamhouse.pipelines.spec.Notify.Format;
import io.beamhouse.pipelines.spec.Notify.Outcome;
import io.beamhouse.pipelines.spec.Notify.Target;
import io.beamhouse.pipelines.spec.YamlNode.Sequence;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads {@code notify}. */
final class NotifyReader {
  static final List<String> KEYS =
      List.of(
          "name",
          "type",
          "on",
          "format",
          "url",
          "headers",
          "path",
          "command",
          "topic",
          "settings",
          "timeout",
          "repeat_after");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,60}");
  private static final Pattern REFERENCE = Pattern.compile("\\$\\{(env|file):[^}]+\\}");

  /** Headers and settings whose values are secrets, at least in part. */
  private static final Pattern SECRET =
      Pattern.compile(
          "(?i).*(authorization|token|secret|password|api[-_.]?key|cookie|jaas\\.config).*");

  private static final Map<Notify.Type, List<String>> OWN_KEYS =
      Map.of(
          Notify.Type.WEBHOOK, List.of("url", "headers", "format"),
          Notify.Type.SLACK, List.of("url", "headers"),
          Notify.Type.OCI_NOTIFICATIONS, List.of("url", "headers"),
          Notify.Type.COMMAND, List.of("command", "format"),
          Notify.Type.FILE, List.of("path", "format"),
          Notify.Type.KAFKA, List.of("topic", "settings", "format"));
  private static final Duration MOST_TIME = Duration.ofMinutes(1);

  private final SpecProblems problems;

  private NotifyReader(SpecProblems problems) {
    this.problems = problems;
  }

  static Notify read(YamlNode node, SpecProblems problems) {
    if (YamlNode.isNull(node) || YamlNode.isUnresolved(node)) {
      return Notify.NONE;
    }
    List<YamlNode> items = node instanceof Sequence sequence ? sequence.items() : List.of(node);
    List<Target> targets = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (YamlNode item : items) {
      String path = "notify[" + targets.size() + "]";
      Target target = new NotifyReader(problems).target(item, path, targets.size());
      if (!names.add(target.name())) {
        problems.add(item.line(), path + ".name", "'" + target.name() + "' is there twice");
      }
      targets.add(target);
    }
    return new Notify(targets);
  }

  private Target target(YamlNode node, String path, int index) {
    HeadKeys keys = HeadKeys.of(node, path, KEYS, problems);
    Notify.Type type = keys.choice("type", Notify.Type.class, null);
    if (!keys.has("type")) {
      keys.problem(
          "type",
          "required key is missing; allowed: webhook, slack, oci_notifications,"
              + " command, file, kafka");
    }
    String name = keys.plain("name");
    if (name != null && !NAME.matcher(name).matches()) {
      keys.problem("name", "'" + name + "' may hold letters, digits, '.', '_' and '-' only");
    }
    Target target =
        new Target(
            name == null ? (type == null ? "target" : type) + "-" + (index + 1) : name,
            type,
            keys.choices("on", Outcome.class, Set.of(Outcome.FAILURE, Outcome.GATE)),
            keys.choice("format", Format.class, Format.CLOUDEVENTS),
            keys.text("url"),
            keys.mapping("headers"),
            keys.plain("path"),
            keys.texts("command"),
            keys.plain("topic"),
            keys.mapping("settings"),
            keys.duration("timeout", "5s"),
            keys.duration("repeat_after", "1h"));
    check(keys, target);
    return target;
  }

  private static void check(HeadKeys keys, Target target) {
    if (target.timeout().isZero() || target.timeout().compareTo(MOST_TIME) > 0) {
      keys.problem("timeout", "allowed is more than 0 and at most 1m: the run waits for it");
    }
    if (keys.has("on") && target.on().isEmpty()) {
      keys.problem("on", "is empty; allowed: success, failure, gate, nothing_new");
    }
    if (target.type() == null) {
      return;
    }
    List<String> own = OWN_KEYS.get(target.type());
    for (List<String> others : OWN_KEYS.values()) {
      for (String key : others) {
        if (keys.has(key) && !own.contains(key)) {
          keys.problem(key, "does not go with type " + target.type());
        }
      }
    }
    String needed = own.get(0);
    if (!keys.has(needed)) {
      keys.problem(needed, "required key is missing for type " + target.type());
    }
    target.headers().forEach((name, value) -> checkSecret(keys, "headers", name, value));
    target.settings().forEach((name, value) -> checkSecret(keys, "settings", name, value));
    if (target.type() == Notify.Type.KAFKA && !target.settings().containsKey("bootstrap.servers")) {
      keys.problem("settings", "needs bootstrap.servers");
    }
    if (target.url() != null && !REFERENCE.matcher(target.url()).find()) {
      checkUrl(keys, target.url());
    }
    if (target.path() != null) {
      checkPath(keys, target.path());
    }
  }

  private static void checkSecret(HeadKeys keys, String key, String name, String value) {
    if (SECRET.matcher(name).matches() && !REFERENCE.matcher(value).find()) {
      keys.problem(
          key,
          name
              + ": a secret must be a reference like ${env:NAME} or ${file:/path}; a literal is"
              + " refused");
    }
  }

  private static void checkUrl(HeadKeys keys, String url) {
    try {
      URI uri = URI.create(url);
      boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (web && uri.getHost() != null && uri.getUserInfo() == null) {
        return;
      }
    } catch (IllegalArgumentException e) {
      // Said below, as of anything else that is no address.
    }
    keys.problem("url", "expected an http(s) address without a user, or ${env:NAME}");
  }

  private static void checkPath(HeadKeys keys, String path) {
    try {
      StateStores.at(path);
    } catch (IllegalArgumentException | SpecException e) {
      keys.problem("path", e.getMessage());
    }
  }
}
