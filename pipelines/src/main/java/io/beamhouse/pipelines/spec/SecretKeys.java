package io.beamhouse.pipelines.spec;

import io.beamhouse.core.secret.SecretRef;
import java.util.regex.Pattern;
import org.apache.beam.sdk.schemas.Schema.Field;

/** Which keys of a config take a secret, and that a secret reference stands nowhere else. */
final class SecretKeys {
  /** A null_token is a text of a file format that happens to be called so. */
  private static final Pattern NAME =
      Pattern.compile(
          "(?!null_token$)(.*_)?(password|passwd|passphrase|secret|token|private_key|api_key)");

  private static final Pattern DESCRIPTION =
      Pattern.compile("(?i).*\\bsecret reference.*", Pattern.DOTALL);
  private static final Pattern REFERENCE = Pattern.compile("\\$\\{[A-Za-z]+:[^}]*\\}");

  private SecretKeys() {}

  /** By its name, or because its description says "secret reference". */
  static boolean isSecret(Field field) {
    return NAME.matcher(field.getName()).matches()
        || DESCRIPTION.matcher(field.getDescription()).matches();
  }

  /** Reports a secret reference in a text that is not a secret's place; returns the text. */
  static String refuseReference(String text, int line, String path, SpecProblems problems) {
    if (REFERENCE.matcher(text).find()) {
      problems.add(
          line,
          path,
          "a secret reference is allowed only where a secret is expected (password, ...); this value"
              + " is printed and logged");
    }
    return text;
  }

  /** Reports a secret that is not a reference, without printing it; returns the reference. */
  static String requireReference(String text, int line, String path, SpecProblems problems) {
    if (!SecretRef.isReference(text)) {
      problems.add(
          line,
          path,
          "a secret must be a reference like ${env:NAME} or ${file:/path}; a literal is refused");
    }
    return text;
  }
}
