package io.beamhouse.io.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.beamhouse.core.error.StateRefusedException;
import io.beamhouse.io.core.storage.Storage;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.fs.Path;

/**
 * Files with their facts as JSON: {@code [[path, bytes, modified], …]}, or a file of such lines.
 */
final class FileList {
  /** Longer lists go to a file. */
  static final int INLINE = 1000;

  private FileList() {}

  /** Returns the list, or a reference to the file in {@code directory} that now has it. */
  static JsonNode write(List<FileToRead> files, String directory, String name) throws IOException {
    if (files.size() <= INLINE) {
      ArrayNode list = NewFilesJson.MAPPER.createArrayNode();
      files.forEach(file -> list.add(entry(file)));
      return list;
    }
    Path path = new Path(Storage.path(directory), UUID.randomUUID() + "-" + name);
    MessageDigest digest = sha256();
    try (Writer out =
        new BufferedWriter(
            new OutputStreamWriter(
                new DigestOutputStream(Storage.of(path).create(path, false), digest),
                StandardCharsets.UTF_8))) {
      for (FileToRead file : files) {
        out.write(entry(file) + "\n");
      }
    }
    return NewFilesJson.MAPPER
        .createObjectNode()
        .put("list", path.toString())
        .put("count", files.size())
        .put("sha256", HexFormat.of().formatHex(digest.digest()));
  }

  static List<FileToRead> read(JsonNode json) throws IOException {
    List<FileToRead> files = new ArrayList<>();
    if (json.isArray()) {
      json.forEach(entry -> files.add(file(entry)));
      return files;
    }
    Path path = new Path(json.path("list").textValue());
    MessageDigest digest = sha256();
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                new DigestInputStream(Storage.of(path).open(path), digest),
                StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        files.add(file(NewFilesJson.MAPPER.readTree(line)));
      }
    }
    if (!HexFormat.of().formatHex(digest.digest()).equals(json.path("sha256").textValue())) {
      throw new StateRefusedException(
          path
              + " is not the list of files that the state refers to. Restore it from a backup, or"
              + " reset the state.");
    }
    return files;
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
        "",
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
