package io.beamhouse.io.delta.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.io.core.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HdfsLogStoreTest extends LogStoreContract {
  @TempDir static java.nio.file.Path directory;

  private static MiniDFSCluster cluster;

  @BeforeAll
  static void start() throws IOException {
    Configuration configuration = new Configuration();
    configuration.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, directory.toString());
    cluster = new MiniDFSCluster.Builder(configuration).numDataNodes(1).build();
    cluster.waitActive();
  }

  @AfterAll
  static void stop() {
    cluster.shutdown();
  }

  @Override
  LogStore store() {
    return new HdfsLogStore();
  }

  @Override
  Path newDirectory() throws IOException {
    Path path = new Path("hdfs://localhost:" + cluster.getNameNodePort() + "/" + UUID.randomUUID());
    Storage.of(path).mkdirs(path);
    return path;
  }

  @Test
  void tableOnHdfsIsWrittenWithCheckpointsAndReadBack() throws IOException {
    String path = newDirectory() + "/a table";
    Schema schema = Schema.builder().addInt64Field("id").build();
    DeltaLog log = DeltaLog.at(path);
    log.create(
        new TableDefinition(
            schema, List.of(), java.util.Map.of("delta.checkpointInterval", "2"), null, null));
    for (long i = 1; i <= 4; i++) {
      Row row = Row.withSchema(schema).addValue(i).build();
      NewFile file = DeltaLogTest.file(path, "f" + i + ".parquet", schema, row);
      log.commit(CommitRequest.on(log.at(0), "WRITE").withAdds(List.of(file)));
    }
    Path checkpoint = new Path(path, "_delta_log/00000000000000000004.checkpoint.parquet");
    assertThat(Storage.of(checkpoint).exists(checkpoint)).isTrue();
    List<String> files = new ArrayList<>();
    try (DataFiles all = log.latest().files()) {
      all.forEachRemaining(f -> files.add(f.path()));
    }
    assertThat(files)
        .containsExactlyInAnyOrder(
            path + "/f1.parquet", path + "/f2.parquet", path + "/f3.parquet", path + "/f4.parquet");
  }
}
