package io.beamhouse.pipelines.notify;

import io.beamhouse.core.secret.SecretRef;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts secrets in the place of their references, at the moment of use. */
final class Secrets {
  private static final Pattern REFERENCE = Pattern.compile("\\$\\{(env|file):[^}]+\\}");

  private Secrets() {}

  static String in(String text) {
    return REFERENCE
        .matcher(text)
        .replaceAll(found -> Matcher.quoteReplacement(SecretRef.parse(found.group()).resolve()));
  }
}
