package io.beamhouse.io.files;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/** Files of id, name and score that something happened to; each is that of its seed. */
final class Mutations {
  private static final List<String> NAMES =
      List.of(
          "Ann", "", "\\N", "Zoë", "東京", "a b", "5\" pipe", "\"Weird Al\" Yankovic", "x,y", "'");

  private final Random random;
  private final char delimiter;
  private final boolean quotes;

  Mutations(long seed, char delimiter, boolean quotes) {
    this.random = new Random(seed * 0x9E3779B97F4A7C15L);
    this.delimiter = delimiter;
    this.quotes = quotes;
  }

  byte[] file() {
    List<String> columns = new ArrayList<>(List.of("id", "name", "score"));
    if (random.nextInt(4) == 0) {
      drift(columns);
    }
    StringBuilder text = new StringBuilder(random.nextInt(8) == 0 ? "\uFEFF" : "");
    String end = random.nextInt(4) == 0 ? "\r\n" : "\n";
    text.append(String.join(String.valueOf(delimiter), columns)).append(end);
    int rows = random.nextInt(12);
    for (int i = 0; i < rows; i++) {
      List<String> fields = new ArrayList<>();
      for (String column : columns) {
        fields.add(value(column, i));
      }
      text.append(String.join(String.valueOf(delimiter), fields)).append(end);
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    boolean packed = random.nextInt(6) == 0;
    int mutations = random.nextInt(4);
    for (int i = 0; i < mutations; i++) {
      bytes = mutated(bytes);
    }
    return packed ? cutOrFlipped(gzip(bytes)) : bytes;
  }

  private void drift(List<String> columns) {
    switch (random.nextInt(6)) {
      case 0 -> Collections.reverse(columns);
      case 1 -> columns.add("extra");
      case 2 -> columns.remove(random.nextInt(columns.size()));
      case 3 -> columns.set(random.nextInt(columns.size()), "other");
      case 4 -> columns.set(2, "name");
      default -> columns.replaceAll(column -> column.equals("id") ? "1" : column + "x");
    }
  }

  private String value(String column, int row) {
    return switch (column) {
      case "id" -> random.nextInt(15) == 0 ? "x" + row : String.valueOf(1000 + row);
      case "score" ->
          List.of("1.5", "-2e3", "", "\\N", "NaN", "1,5", "free").get(random.nextInt(7));
      default -> name();
    };
  }

  private String name() {
    String name = NAMES.get(random.nextInt(NAMES.size()));
    if (random.nextInt(30) == 0) {
      name = name.repeat(200) + "long";
    }
    if (!quotes) {
      return name;
    }
    boolean needed = name.indexOf('"') >= 0 || name.indexOf(delimiter) >= 0;
    return needed || random.nextInt(4) == 0
        ? "\"" + name.replace("\"", "\"\"") + (random.nextInt(6) == 0 ? "\nmore\"" : "\"")
        : name;
  }

  private byte[] mutated(byte[] bytes) {
    if (bytes.length == 0) {
      return bytes;
    }
    int at = random.nextInt(bytes.length);
    return switch (random.nextInt(10)) {
      case 0, 1, 2 -> {
        byte[] flipped = bytes.clone();
        flipped[at] ^= (byte) (1 << random.nextInt(8));
        yield flipped;
      }
      case 3 -> Arrays.copyOf(bytes, at);
      case 4 -> {
        Charset charset =
            List.of(StandardCharsets.ISO_8859_1, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16)
                .get(random.nextInt(12) < 10 ? 0 : 1 + random.nextInt(2));
        yield new String(bytes, StandardCharsets.UTF_8).getBytes(charset);
      }
      case 5, 6 -> inserted(bytes, at, (byte) '"');
      case 7 ->
          inserted(
              bytes, at, (byte) List.of(0, 10, 13, 9, 44, 0xff).get(random.nextInt(6)).intValue());
      case 8 -> {
        byte[] without = inserted(Arrays.copyOf(bytes, at), at, (byte) 0);
        System.arraycopy(
            bytes,
            at + 1,
            without = Arrays.copyOf(without, bytes.length - 1),
            at,
            bytes.length - at - 1);
        yield without;
      }
      default ->
          new String(bytes, StandardCharsets.ISO_8859_1)
              .replace("\n", random.nextBoolean() ? "\r" : "\n\n")
              .getBytes(StandardCharsets.ISO_8859_1);
    };
  }

  private static byte[] inserted(byte[] bytes, int at, byte b) {
    byte[] more = new byte[bytes.length + 1];
    System.arraycopy(bytes, 0, more, 0, at);
    more[at] = b;
    System.arraycopy(bytes, at, more, at + 1, bytes.length - at);
    return more;
  }

  private byte[] cutOrFlipped(byte[] bytes) {
    int at = random.nextInt(bytes.length);
    switch (random.nextInt(4)) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes = Arrays.copyOf(bytes, at);
      default -> {}
    }
    return bytes;
  }

  private static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }
}
