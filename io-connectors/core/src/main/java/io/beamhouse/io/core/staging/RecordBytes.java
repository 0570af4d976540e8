package io.beamhouse.io.core.staging;

import io.beamhouse.core.Internal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import org.apache.beam.sdk.coders.SerializableCoder;

/** Control values of a staging as the bytes of its records. */
@Internal
public final class RecordBytes {
  private RecordBytes() {}

  /** Writes {@code value} down; for values of which a bundle has a few. */
  public static <T extends Serializable> byte[] encode(Class<T> type, T value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      SerializableCoder.of(type).encode(value, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(type.getSimpleName() + " cannot be written down", e);
    }
    return bytes.toByteArray();
  }

  public static <T extends Serializable> T decode(Class<T> type, byte[] record) {
    try {
      return SerializableCoder.of(type).decode(new ByteArrayInputStream(record));
    } catch (IOException e) {
      throw new UncheckedIOException(type.getSimpleName() + " cannot be read", e);
    }
  }
}
