package io.beamhouse.io.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.core.rowwise.Tally;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;

class FileCountsTest {
  private static Map<String, Long> counted(int number) {
    List<FileToRead> files = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      files.add(new FileToRead("/in/%05d".formatted(i), List.of(), 0, 1, 1, "", -1));
    }
    Collections.shuffle(files, new Random(7));
    FileCounts counts = FileCounts.of(files);
    Tally tally = new Tally();
    for (FileToRead file : files) {
      long bad = file.path().endsWith("0") ? 1 : 0;
      counts.tally(
          "Files",
          Row.withSchema(Outcome.COUNTS).addValues(file.path(), 10L, bad).build(),
          tally::add);
    }
    return tally.counts().get("Files");
  }

  @Test
  void eachOfAThousandFilesIsCounted() {
    Map<String, Long> counts = counted(1000);

    assertThat(counts).hasSize(1100).containsEntry(Tally.FILE + "/in/00999", 10L);
    assertThat(counts).doesNotContainKeys(Tally.FILE + Tally.OTHER_FILES, Tally.FILES);
  }

  @Test
  void moreAreCountedTogetherWhateverTheirOrder() {
    Map<String, Long> counts = counted(1234);

    assertThat(counts)
        .containsEntry(Tally.FILE + "/in/00999", 10L)
        .doesNotContainKey(Tally.FILE + "/in/01000")
        .containsEntry(Tally.FILE + Tally.OTHER_FILES, 2340L)
        .containsEntry(Tally.FILE_REJECTED + Tally.OTHER_FILES, 24L)
        .containsEntry(Tally.FILES, 234L);
  }
}
