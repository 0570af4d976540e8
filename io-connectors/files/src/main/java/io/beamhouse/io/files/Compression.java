package io.beamhouse.io.files;

import io.beamhouse.core.error.SpecException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** How text files are packed. */
enum Compression {
  NONE,
  GZIP;

  static final String KEY = "compression";
  private static final int BUFFER = 64 * 1024;
  private static final int MAGIC_1 = 0x1f;
  private static final int MAGIC_2 = 0x8b;

  /** Null stands for none. */
  static Compression of(String text) {
    if (text == null) {
      return NONE;
    }
    return switch (text) {
      case "none" -> NONE;
      case "gzip" -> GZIP;
      default -> throw new SpecException(KEY, "is '" + text + "'; allowed are none, gzip");
    };
  }

  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  String extension(String format) {
    return this == GZIP ? format + ".gz" : format;
  }

  OutputStream compressed(OutputStream out) throws IOException {
    return this == GZIP ? new GZIPOutputStream(out, BUFFER) : out;
  }

  /** Writes what is left without closing what lies below. */
  static void finish(OutputStream out) throws IOException {
    if (out instanceof GZIPOutputStream gzip) {
      gzip.finish();
    }
    out.flush();
  }

  /** Unpacks what begins as gzip does, whatever its name; hands on everything else. */
  static InputStream unpacked(InputStream in) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(in, BUFFER);
    buffered.mark(2);
    boolean gzip = buffered.read() == MAGIC_1 && buffered.read() == MAGIC_2;
    buffered.reset();
    return gzip ? new GZIPInputStream(buffered, BUFFER) : buffered;
  }
}
