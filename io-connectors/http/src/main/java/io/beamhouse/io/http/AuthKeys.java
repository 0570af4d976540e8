package io.beamhouse.io.http;

import com.google.auto.value.AutoValue;
import io.beamhouse.core.Internal;
import io.beamhouse.core.error.Problems;
import io.beamhouse.core.secret.SecretRef;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.schemas.AutoValueSchema;
import org.apache.beam.sdk.schemas.annotations.DefaultSchema;
import org.apache.beam.sdk.schemas.annotations.SchemaFieldDescription;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Who asks, as a spec says it. */
@Internal
@AutoValue
@DefaultSchema(AutoValueSchema.class)
public abstract class AuthKeys {
  private static final Map<String, List<String>> KEYS =
      Map.of(
          "bearer", List.of("token"),
          "api_key", List.of("api_key", "header", "parameter"),
          "basic", List.of("username", "password"),
          "oauth2", List.of("token_url", "client_id", "client_secret", "scope", "client_auth"));

  @SchemaFieldDescription("bearer, api_key, basic or oauth2 (client credentials).")
  public abstract String getType();

  @Nullable
  @SchemaFieldDescription("bearer: the token, a secret reference.")
  public abstract String getToken();

  @Nullable
  @SchemaFieldDescription("api_key: the key, a secret reference.")
  public abstract String getApiKey();

  @Nullable
  @SchemaFieldDescription("api_key: the header that takes it; this or parameter.")
  public abstract String getHeader();

  @Nullable
  @SchemaFieldDescription("api_key: the parameter that takes it; never shown or stored.")
  public abstract String getParameter();

  @Nullable
  @SchemaFieldDescription("basic: the user.")
  public abstract String getUsername();

  @Nullable
  @SchemaFieldDescription("basic: the password, a secret reference.")
  public abstract String getPassword();

  @Nullable
  @SchemaFieldDescription("oauth2: the address that gives tokens.")
  public abstract String getTokenUrl();

  @Nullable
  @SchemaFieldDescription("oauth2: who asks for a token.")
  public abstract String getClientId();

  @Nullable
  @SchemaFieldDescription("oauth2: what goes with it, a secret reference.")
  public abstract String getClientSecret();

  @Nullable
  @SchemaFieldDescription("oauth2: the scope to ask for; default none.")
  public abstract String getScope();

  @Nullable
  @SchemaFieldDescription("oauth2: id and secret go into a header (default) or the form.")
  public abstract String getClientAuth();

  static Builder builder() {
    return new AutoValue_AuthKeys.Builder();
  }

  @AutoValue.Builder
  abstract static class Builder {
    abstract Builder setType(String type);

    abstract Builder setToken(@Nullable String token);

    abstract Builder setApiKey(@Nullable String key);

    abstract Builder setHeader(@Nullable String header);

    abstract Builder setParameter(@Nullable String parameter);

    abstract Builder setUsername(@Nullable String user);

    abstract Builder setPassword(@Nullable String password);

    abstract Builder setTokenUrl(@Nullable String url);

    abstract Builder setClientId(@Nullable String id);

    abstract Builder setClientSecret(@Nullable String secret);

    abstract Builder setScope(@Nullable String scope);

    abstract Builder setClientAuth(@Nullable String where);

    abstract AuthKeys build();
  }

  Authentication authentication(Problems problems) {
    List<String> allowed = KEYS.get(getType());
    if (allowed == null) {
      HttpKeys.oneOf(
          "auth.type", getType(), List.of("bearer", "api_key", "basic", "oauth2"), problems);
      return Authentication.none();
    }
    given().keySet().stream()
        .filter(key -> !allowed.contains(key))
        .forEach(key -> problems.add("auth." + key, "means nothing for " + getType()));
    return switch (getType()) {
      case "bearer" -> Authentication.bearer(secret("token", getToken(), problems));
      case "basic" ->
          Authentication.basic(
              HttpKeys.text(getUsername()), secret("password", getPassword(), problems));
      case "oauth2" -> client(problems);
      default -> key(problems);
    };
  }

  private Authentication key(Problems problems) {
    if (getHeader() != null && getParameter() != null) {
      problems.add("auth", "takes header or parameter, not both");
    }
    SecretRef key = secret("api_key", getApiKey(), problems);
    return getParameter() != null
        ? Authentication.keyInParameter(getParameter(), key)
        : Authentication.keyInHeader(HttpKeys.text(getHeader()), key);
  }

  private Authentication client(Problems problems) {
    String where = getClientAuth() == null ? "header" : getClientAuth();
    HttpKeys.oneOf("auth.client_auth", where, List.of("header", "form"), problems);
    Authentication client =
        Authentication.clientCredentials(
            HttpKeys.text(getTokenUrl()),
            HttpKeys.text(getClientId()),
            secret("client_secret", getClientSecret(), problems),
            HttpKeys.text(getScope()));
    return where.equals("form") ? client.withSecretInForm() : client;
  }

  private static SecretRef secret(String key, @Nullable String reference, Problems problems) {
    if (reference == null) {
      return null;
    }
    if (!SecretRef.isReference(reference)) {
      problems.add(
          "auth." + key,
          "a secret must be a reference like ${env:NAME} or ${file:/path}; a literal is refused");
      return null;
    }
    return SecretRef.parse(reference);
  }

  private Map<String, String> given() {
    Map<String, String> given = new TreeMap<>();
    given.put("token", getToken());
    given.put("api_key", getApiKey());
    given.put("header", getHeader());
    given.put("parameter", getParameter());
    given.put("username", getUsername());
    given.put("password", getPassword());
    given.put("token_url", getTokenUrl());
    given.put("client_id", getClientId());
    given.put("client_secret", getClientSecret());
    given.put("scope", getScope());
    given.put("client_auth", getClientAuth());
    given.values().removeIf(value -> value == null);
    return given;
  }
}
