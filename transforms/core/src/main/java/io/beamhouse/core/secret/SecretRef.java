package io.beamhouse.core.secret;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.SourceFailedException;
import io.beamhouse.core.error.SpecException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A reference to a secret, resolved on the worker that needs it.
 *
 * <p>{@code ${env:NAME}} names an environment variable, {@code ${file:/path}} a file whose content,
 * without a final line break, is the secret. The reference may be printed; the secret never is, and
 * it is not kept.
 */
@Evolving
public final class SecretRef implements Serializable {
  private static final Pattern FORM = Pattern.compile("\\$\\{(env|file):([^}]+)\\}");
  private static final int MAX_BYTES = 64 * 1024;

  private final String kind;
  private final String name;

  private SecretRef(String kind, String name) {
    this.kind = kind;
    this.name = name;
  }

  /** Parses {@code ${env:NAME}} or {@code ${file:/path}}; anything else is refused unprinted. */
  public static SecretRef parse(String reference) {
    Matcher matcher = FORM.matcher(reference);
    if (!matcher.matches()) {
      throw new SpecException(
          "secret", "must be a reference like ${env:NAME} or ${file:/path}; a literal is refused");
    }
    return new SecretRef(matcher.group(1), matcher.group(2));
  }

  public static boolean isReference(String text) {
    return FORM.matcher(text).matches();
  }

  /** Returns the secret; the caller must not keep, log or serialise it. */
  public String resolve() {
    return kind.equals("env") ? fromEnvironment() : fromFile();
  }

  private String fromEnvironment() {
    String value = System.getenv(name);
    if (value == null) {
      throw new SourceFailedException(
          "The environment variable of "
              + this
              + " is not set on this worker. Set it and run again.");
    }
    return value;
  }

  private String fromFile() {
    try {
      Path path = Path.of(name);
      if (Files.size(path) > MAX_BYTES) {
        throw new SourceFailedException(
            "The file of " + this + " is larger than " + MAX_BYTES + " bytes; is it a secret?");
      }
      return Files.readString(path).replaceFirst("\\R$", "");
    } catch (IOException e) {
      throw new SourceFailedException(
          "The file of " + this + " cannot be read on this worker. Provide it and run again.", e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SecretRef that && kind.equals(that.kind) && name.equals(that.name);
  }

  @Override
  public int hashCode() {
    return Objects.hash(kind, name);
  }

  @Override
  public String toString() {
    return "${" + kind + ":" + name + "}";
  }
}
