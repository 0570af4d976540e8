package io.beamhouse.io.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.StorageFailedException;
import io.beamhouse.io.core.manifest.Manifests;
import io.beamhouse.io.core.manifest.PublishFiles;
import io.beamhouse.io.core.manifest.RowFileFormat;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.util.SerializableUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublishToLocalFilesTest extends PublishContract {
  @TempDir Path directory;

  @Override
  String newDirectory() {
    return directory.resolve("lake with space").resolve(UUID.randomUUID().toString()).toString();
  }

  @Test
  void aTokenPublishesOnceAndNoTokenEachTime() throws Exception {
    String target = newDirectory();
    Lake.write(FilesIO.writeCsv(target).withRunToken("t"), Lake.rows(0, 5));
    Lake.write(FilesIO.writeCsv(target).withRunToken("t"), Lake.rows(0, 5));
    assertThat(Lake.byGlob(target)).containsExactlyInAnyOrderElementsOf(Lake.rows(0, 5));
    Lake.write(FilesIO.writeCsv(target), Lake.rows(5, 6));
    Lake.write(FilesIO.writeCsv(target), Lake.rows(6, 7));
    assertThat(Lake.byManifest(target)).containsExactlyInAnyOrderElementsOf(Lake.rows(0, 7));
  }

  @Test
  void aFullDiskPublishesNothing() throws Exception {
    String target = newDirectory();
    PublishFiles publish = PublishFiles.to(target, new FullDisk()).withMaxRowsPerFile(10);
    assertThatThrownBy(() -> Lake.write(publish, Lake.rows(0, 10_000)))
        .hasStackTraceContaining(StorageFailedException.class.getName())
        .hasStackTraceContaining("No space left on device")
        .hasStackTraceContaining("Check free space");
    assertThat(Lake.visible(target)).isEmpty();
    assertThat(Manifests.at(target).list()).isEmpty();
  }

  @Test
  void theFormatsTravel() {
    SerializableUtils.ensureSerializable(new CsvFormat(CsvOptions.DEFAULT, Compression.GZIP));
    SerializableUtils.ensureSerializable(new CsvRead(CsvOptions.DEFAULT, 1));
  }

  /** CSV on a device that is full after 50 bytes of a file. */
  private record FullDisk() implements RowFileFormat {
    private static final int ROOM = 50;

    private static CsvFormat csv() {
      return new CsvFormat(CsvOptions.DEFAULT, Compression.NONE);
    }

    @Override
    public String name() {
      return "csv";
    }

    @Override
    public String extension() {
      return "csv";
    }

    @Override
    public Map<String, String> options() {
      return csv().options();
    }

    @Override
    public void check(Schema schema) {
      csv().check(schema);
    }

    @Override
    public RowFile open(OutputStream out, Schema schema) throws IOException {
      return csv().open(new Full(out), schema);
    }

    private static final class Full extends FilterOutputStream {
      private int written;

      Full(OutputStream out) {
        super(out);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        written += length;
        if (written > ROOM) {
          throw new IOException("No space left on device");
        }
        out.write(bytes, offset, length);
      }
    }
  }
}
