package io.beamhouse.io.core.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.SourceChangedException;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.io.core.storage.Storage;
import io.beamhouse.testing.WebFiles;
import io.beamhouse.testing.WebFiles.Fault;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WebFileSystemTest {
  private static final byte[] CONTENT = new byte[2 * WebInputStream.BLOCK + 1_000];

  static {
    new Random(1).nextBytes(CONTENT);
  }

  private WebFiles server;
  private WebFileSystem files;
  private Path path;

  @BeforeEach
  void start() throws IOException {
    server = WebFiles.start();
    server.put("a b.bin", CONTENT);
    path = new Path(server.address() + "/a b.bin");
    Configuration configuration = new Configuration(false);
    configuration.setInt(WebFileSystem.ATTEMPTS, 3);
    configuration.setLong(WebFileSystem.BACKOFF, 1);
    files = new WebFileSystem();
    files.setConf(configuration);
    files.initialize(URI.create(server.address()), configuration);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private byte[] read() throws IOException {
    try (FSDataInputStream in = files.open(path)) {
      return in.readAllBytes();
    }
  }

  @Test
  void aFileIsReadWhollyInBlocksAndFromAnywhere() throws Exception {
    assertThat(read()).isEqualTo(CONTENT);
    assertThat(server.gets()).isEqualTo(3);
    try (FSDataInputStream in = files.open(path)) {
      byte[] end = new byte[10];
      in.readFully(CONTENT.length - 10, end);
      assertThat(end).isEqualTo(Arrays.copyOfRange(CONTENT, CONTENT.length - 10, CONTENT.length));
      in.seek(7);
      assertThat(in.read()).isEqualTo(CONTENT[7] & 0xff);
      in.seek(CONTENT.length);
      assertThat(in.read()).isEqualTo(-1);
    }
    assertThat(server.gets()).isEqualTo(5);
  }

  @Test
  void badMomentsPass() throws Exception {
    server.next(Fault.BUSY, Fault.TOO_MANY);
    assertThat(read()).isEqualTo(CONTENT);
    server.next(Fault.CUT, Fault.SHORT);
    assertThat(read()).isEqualTo(CONTENT);
  }

  @Test
  void aServerThatStaysBadFailsWithItsAnswer() {
    server.next(Fault.BUSY, Fault.BUSY, Fault.BUSY);
    assertThatThrownBy(this::read)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the server answered 503, 3 times in a row");
    server.next(Fault.SHORT, Fault.SHORT, Fault.SHORT);
    assertThatThrownBy(this::read).hasMessageContaining("bytes where 1048576 were to come");
    server.next(Fault.FORBIDDEN);
    assertThatThrownBy(this::read)
        .hasMessageContaining("the server answered 403, which some stores say of files that are");
  }

  @Test
  void aFileThatIsChangedWhileItIsReadIsNotedAndOneOfEqualLengthIsAnother() throws Exception {
    FileStatus before = files.getFileStatus(path);
    assertThat(before.getLen()).isEqualTo(CONTENT.length);
    byte[] other = CONTENT.clone();
    other[0]++;
    try (FSDataInputStream in = files.open(path)) {
      assertThat(in.read()).isEqualTo(CONTENT[0] & 0xff);
      server.put("a b.bin", other);
      in.seek(WebInputStream.BLOCK);
      assertThatThrownBy(in::read).isInstanceOf(SourceChangedException.class);
    }
    FileStatus after = files.getFileStatus(path);
    assertThat(after.getModificationTime()).isNotEqualTo(before.getModificationTime());
    assertThat(after.getModificationTime() / 1000).isEqualTo(before.getModificationTime() / 1000);
  }

  @Test
  void aServerWithoutRangesIsReadAllTheSame() throws Exception {
    server.withoutRanges();
    assertThat(read()).isEqualTo(CONTENT);
  }

  @Test
  void whatIsNotThereIsNotFoundAndNothingIsWritten() {
    Path nowhere = new Path(server.address() + "/none");
    assertThatThrownBy(() -> files.getFileStatus(nowhere))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessageContaining("/none is not there (HTTP 404)");
    assertThatThrownBy(() -> files.create(nowhere)).hasMessageContaining("can be read only");
    assertThatThrownBy(() -> files.listStatus(nowhere)).hasMessageContaining("has no listing");
  }

  @Test
  void addressesHoldNoSecrets() {
    assertThatThrownBy(() -> Storage.path("https://me:secret@host/file"))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("holds a user or password")
        .hasMessageNotContaining("secret@");
  }
}
