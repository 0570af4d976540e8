package io.beamhouse.io.delta;

import io.beamhouse.io.delta.data.WrittenFile;
import io.beamhouse.io.delta.log.NewFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.Row;

/** Commits all files at once; run again, it finds its own transaction in the log. */
final class CommitFn extends DoFn<KV<String, Iterable<WrittenFile>>, Row> {
  static final WrittenFile SENTINEL = new WrittenFile(new NewFile("", Map.of(), 0, 0, null), 0);

  private final WriteCommit commit;

  CommitFn(WriteCommit commit) {
    this.commit = commit;
  }

  @ProcessElement
  public void process(
      @Element KV<String, Iterable<WrittenFile>> gathered, OutputReceiver<Row> out) {
    List<WrittenFile> files = new ArrayList<>();
    for (WrittenFile file : gathered.getValue()) {
      if (!file.file().path().isEmpty()) {
        files.add(file);
      }
    }
    out.output(commit.commit(files));
  }
}
