package io.beamhouse.io.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.beamhouse.core.error.StateRefusedException;
import io.beamhouse.io.core.storage.Storage;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.fs.Path;

/**
 * Files with their facts as JSON: {@code [[path, bytes, modified], …]}.
 *
 * <p>Long lists in positions are packed ({@code {"gzip": base64}}, some 40 bytes for each file),
 * since a position must stand on its own; long lists in plans go to a file of the plan.
 */
final class FileList {
  static final int PACKED_BEYOND = 1_000;
  static final int FILE_BEYOND = 10_000;

  private FileList() {}

  /** Returns the list in itself. */
  static JsonNode packed(Collection<FileToRead> files) throws IOException {
    if (files.size() <= PACKED_BEYOND) {
      return inline(files);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    writeLines(files, new GZIPOutputStream(bytes));
    return NewFilesJson.MAPPER
        .createObjectNode()
        .put("gzip", Base64.getEncoder().encodeToString(bytes.toByteArray()));
  }

  /** Returns the list, or a reference to a new file in {@code directory} that has it. */
  static JsonNode planned(List<FileToRead> files, String directory) throws IOException {
    if (files.size() <= FILE_BEYOND) {
      return inline(files);
    }
    Path path = new Path(Storage.path(directory), "files-" + UUID.randomUUID() + ".jsonl");
    MessageDigest digest = sha256();
    writeLines(files, new DigestOutputStream(Storage.of(path).create(path, false), digest));
    return NewFilesJson.MAPPER
        .createObjectNode()
        .put("list", path.toString())
        .put("sha256", HexFormat.of().formatHex(digest.digest()));
  }

  static List<FileToRead> read(JsonNode json) throws IOException {
    List<FileToRead> files = new ArrayList<>();
    if (json.isArray()) {
      json.forEach(entry -> files.add(file(entry)));
      return files;
    }
    if (json.has("gzip")) {
      byte[] bytes = Base64.getDecoder().decode(json.get("gzip").textValue());
      readLines(new GZIPInputStream(new ByteArrayInputStream(bytes)), files);
      return files;
    }
    Path path = new Path(json.path("list").textValue());
    MessageDigest digest = sha256();
    readLines(new DigestInputStream(Storage.of(path).open(path), digest), files);
    if (!HexFormat.of().formatHex(digest.digest()).equals(json.path("sha256").textValue())) {
      throw new StateRefusedException(
          path
              + " is not the list of files that the plan refers to. Restore it from a backup, or"
              + " reset the state.");
    }
    return files;
  }

  private static ArrayNode inline(Collection<FileToRead> files) {
    ArrayNode list = NewFilesJson.MAPPER.createArrayNode();
    files.forEach(file -> list.add(entry(file)));
    return list;
  }

  private static void writeLines(Collection<FileToRead> files, OutputStream out)
      throws IOException {
    try (Writer lines = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8))) {
      for (FileToRead file : files) {
        lines.write(entry(file) + "\n");
      }
    }
  }

  private static void readLines(InputStream in, List<FileToRead> into) throws IOException {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        into.add(file(NewFilesJson.MAPPER.readTree(line)));
      }
    }
  }

  private static ArrayNode entry(FileToRead file) {
    return NewFilesJson.MAPPER
        .createArrayNode()
        .add(file.path())
        .add(file.bytes())
        .add(file.modified());
  }

  private static FileToRead file(JsonNode entry) {
    return new FileToRead(
        entry.get(0).textValue(),
        List.of(),
        0,
        entry.get(1).longValue(),
        entry.get(2).longValue(),
        "",
        FileToRead.UNKNOWN);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
