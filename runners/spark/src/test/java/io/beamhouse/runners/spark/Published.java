package io.beamhouse.runners.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.io.core.manifest.Manifest;
import io.beamhouse.io.core.manifest.Manifest.PublishedFile;
import io.beamhouse.io.core.manifest.ManifestName;
import io.beamhouse.io.core.manifest.Manifests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the manifests of a directory list, which must be what is there. */
final class Published {
  /** Deleted keys are numbered in the order in which the database gave them. */
  private static final Pattern DELETED = Pattern.compile("\\[deleted\\]#[0-9]+");

  private static final Pattern NOW = Pattern.compile("20(2[5-9]|[3-9][0-9])-[-0-9T:.]+Z");

  private final Path directory;
  private final Map<Long, Manifest> runs = new TreeMap<>();

  private Published(Path directory) {
    this.directory = directory;
  }

  /** Reads the manifests, one for each run. */
  static Published in(Path directory) throws IOException {
    Published published = new Published(directory);
    Manifests manifests = Manifests.at(directory.toString());
    for (ManifestName name : manifests.list()) {
      Manifest before = published.runs.put(name.run(), manifests.get(name).orElseThrow());
      assertThat(before).as("another manifest of %s in %s", name, directory).isNull();
    }
    return published;
  }

  Manifest run(long run) {
    return runs.get(run);
  }

  /** Replaces what differs between equal runs: times of this test, and the order of deletes. */
  static String settled(String row) {
    return DELETED.matcher(NOW.matcher(row).replaceAll("(now)")).replaceAll("[deleted]");
  }

  static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Returns the lines of the files that the manifests list, sorted, by run and what was declared of
   * it. Checks what is declared of each file, and that a glob sees the same files.
   */
  Map<String, List<String>> rows() throws IOException {
    Map<String, List<String>> rows = new TreeMap<>();
    List<String> listed = new ArrayList<>();
    for (Manifest manifest : runs.values()) {
      List<String> lines = new ArrayList<>();
      for (PublishedFile file : manifest.files()) {
        listed.add(file.name());
        lines.addAll(lines(manifest, file));
      }
      lines.sort(null);
      rows.put(
          "run %d chunk %d of %s: %s %s %s"
              .formatted(
                  manifest.run(),
                  manifest.chunk(),
                  manifest.sink(),
                  manifest.format(),
                  manifest.options(),
                  manifest.schema().getFields()),
          lines);
    }
    assertThat(listed).as("by manifest and by glob").containsExactlyInAnyOrderElementsOf(glob());
    return rows;
  }

  private List<String> lines(Manifest manifest, PublishedFile file) throws IOException {
    byte[] content = Files.readAllBytes(directory.resolve(file.name()));
    List<String> lines =
        new String(content, StandardCharsets.UTF_8).lines().map(Published::settled).toList();
    if (manifest.format().equals("csv")) {
      assertThat(lines.get(0)).isEqualTo(String.join(",", manifest.schema().getFieldNames()));
      lines = lines.subList(1, lines.size());
    }
    PublishedFile found =
        new PublishedFile(
            file.name(),
            file.staged(),
            lines.size(),
            content.length,
            sha256(content),
            file.source(),
            Map.of("written", (long) lines.size()));
    assertThat(found).isEqualTo(file);
    return lines;
  }

  /** Everything that does not hide from globs. */
  private TreeSet<String> glob() throws IOException {
    TreeSet<String> names = new TreeSet<>();
    try (Stream<Path> files = Files.list(directory)) {
      files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.startsWith("_"))
          .forEach(names::add);
    }
    return names;
  }
}
