package io.beamhouse.io.delta.merge;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import org.apache.beam.sdk.coders.CustomCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.StructuralByteArray;

/**
 * Java serialisation of records that hold arrays: two of them are the same when their bytes are,
 * which is all that a runner has to know of them.
 */
final class RecordCoder<T extends Serializable> extends CustomCoder<T> {
  private final SerializableCoder<T> coder;

  private RecordCoder(SerializableCoder<T> coder) {
    this.coder = coder;
  }

  static <T extends Serializable> RecordCoder<T> of(Class<T> type) {
    return new RecordCoder<>(SerializableCoder.of(type));
  }

  @Override
  public void encode(T value, OutputStream out) throws IOException {
    coder.encode(value, out);
  }

  @Override
  public T decode(InputStream in) throws IOException {
    return coder.decode(in);
  }

  @Override
  public Object structuralValue(T value) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      coder.encode(value, bytes);
      return new StructuralByteArray(bytes.toByteArray());
    } catch (IOException e) {
      throw new IllegalStateException("a control record cannot be encoded", e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RecordCoder<?> that && coder.equals(that.coder);
  }

  @Override
  public int hashCode() {
    return coder.hashCode();
  }
}
