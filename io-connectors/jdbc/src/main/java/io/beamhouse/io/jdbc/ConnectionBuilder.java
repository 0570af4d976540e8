package io.beamhouse.io.jdbc;

import io.beamhouse.core.Internal;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/** The part of config builders that is about the connection. */
@Internal
public abstract class ConnectionBuilder<B> {
  public abstract B setUrl(String url);

  public abstract B setUsername(@Nullable String user);

  public abstract B setPassword(@Nullable String reference);

  public abstract B setDriverClassName(@Nullable String name);

  public abstract B setConnectionProperties(@Nullable Map<String, String> properties);

  public abstract B setConnectTimeout(@Nullable String timeout);

  public abstract B setSocketTimeout(@Nullable String timeout);

  public abstract B setQueryTimeout(@Nullable String timeout);
}
