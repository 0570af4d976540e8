package io.beamhouse.pipelines.increment;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A table with a cursor column in one file, so that it outlives processes. An update replaces a
 * row; the history of all changes is kept beside it. A late transaction gets its cursor value when
 * it begins.
 */
final class FakeDatabase {
  private static final Object LOCK = new Object();

  private final Path file;

  FakeDatabase(Path file) {
    this.file = file;
  }

  record Line(long id, String value, long cursor, boolean deleted) {
    String text() {
      return id + "\t" + value + "\t" + cursor + "\t" + deleted;
    }

    static Line parse(String text) {
      String[] parts = text.split("\t");
      return new Line(
          Long.parseLong(parts[0]),
          parts[1],
          Long.parseLong(parts[2]),
          Boolean.parseBoolean(parts[3]));
    }
  }

  private record Content(List<Line> history, TreeSet<Long> open, long next) {}

  void upsert(long id, String value) {
    change(id, value, false);
  }

  void delete(long id) {
    change(id, "gone", true);
  }

  /** Begins a transaction; the cursor value it gets stays invisible until it commits. */
  long begin() {
    synchronized (LOCK) {
      Content content = load();
      content.open().add(content.next());
      store(new Content(content.history(), content.open(), content.next() + 1));
      return content.next();
    }
  }

  void commit(long cursor, long id, String value) {
    synchronized (LOCK) {
      Content content = load();
      content.open().remove(cursor);
      content.history().add(new Line(id, value, cursor, false));
      store(content);
    }
  }

  /** The largest cursor value below the oldest open transaction. */
  long upperBound() {
    synchronized (LOCK) {
      Content content = load();
      return content.open().isEmpty() ? content.next() - 1 : content.open().first() - 1;
    }
  }

  /** All changes with {@code from < cursor <= to}, which never change. */
  List<Line> history(long from, long to) {
    synchronized (LOCK) {
      return load().history().stream().filter(l -> l.cursor() > from && l.cursor() <= to).toList();
    }
  }

  /** The rows as they are now with {@code from < cursor <= to}. */
  List<Line> rows(long from, long to) {
    return newest().values().stream().filter(l -> l.cursor() > from && l.cursor() <= to).toList();
  }

  /** The rows that are not deleted, by id. */
  Map<Long, String> live() {
    Map<Long, String> live = new TreeMap<>();
    newest().forEach((id, line) -> live.put(id, line.value()));
    newest().values().stream().filter(Line::deleted).forEach(line -> live.remove(line.id()));
    return live;
  }

  Map<Long, Line> newest() {
    Map<Long, Line> newest = new TreeMap<>();
    for (Line line : history(0, Long.MAX_VALUE)) {
      newest.merge(line.id(), line, (a, b) -> a.cursor() > b.cursor() ? a : b);
    }
    return newest;
  }

  /** Notes that {@code what} was read. */
  void logRead(String what) {
    try {
      Files.writeString(
          file.resolveSibling("reads.log"),
          what + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<String> reads() {
    try {
      Path log = file.resolveSibling("reads.log");
      return Files.exists(log) ? Files.readAllLines(log) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void change(long id, String value, boolean deleted) {
    synchronized (LOCK) {
      Content content = load();
      content.history().add(new Line(id, value, content.next(), deleted));
      store(new Content(content.history(), content.open(), content.next() + 1));
    }
  }

  private Content load() {
    Content content = new Content(new ArrayList<>(), new TreeSet<>(), 1);
    long next = 1;
    try {
      for (String line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
        String[] parts = line.split("\t", 2);
        switch (parts[0]) {
          case "open" -> content.open().add(Long.parseLong(parts[1]));
          case "next" -> next = Long.parseLong(parts[1]);
          default -> content.history().add(Line.parse(parts[1]));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Content(content.history(), content.open(), next);
  }

  private void store(Content content) {
    StringBuilder text = new StringBuilder("next\t" + content.next() + "\n");
    content.open().forEach(cursor -> text.append("open\t").append(cursor).append('\n'));
    content.history().forEach(line -> text.append("row\t").append(line.text()).append('\n'));
    try {
      Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
      Files.write(temporary, text.toString().getBytes(UTF_8));
      Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
