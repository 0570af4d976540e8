package io.beamhouse.io.delta.compact;

import static java.util.Comparator.comparing;
import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.io.delta.log.DataFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Which files are put together, and in which order. */
class SmallFilesTest {
  private static DataFile file(long bytes, int number, String stats) {
    return new DataFile("/t/" + number, "f" + number, Map.of(), bytes, number, stats, null);
  }

  /** A stream of files, looked at after each so many: no row is rewritten over and over. */
  @Property(tries = 50)
  void sparingCompactionsOfAStreamRewriteEachByteAFewTimes(
      @ForAll @IntRange(min = 16, max = 64) int minFiles,
      @ForAll @IntRange(min = 1, max = 16) int every,
      @ForAll @IntRange(min = 1_000, max = 1_000_000) int bytes) {
    List<DataFile> files = new ArrayList<>();
    long ingested = 0;
    long rewritten = 0;
    for (int run = 1; run <= 2_000; run++) {
      long length = bytes / 2L + Math.floorMod(run * 7_919L, bytes);
      files.add(file(length, run, null));
      ingested += length;
      if (run % every == 0 && files.size() >= minFiles) {
        List<DataFile> chosen = SmallFiles.sparing(SmallFiles.settled(files));
        long sum = chosen.stream().mapToLong(DataFile::bytes).sum();
        files.removeAll(chosen);
        files.add(file(sum, run, null));
        rewritten += sum;
      }
      assertThat(files.size()).isLessThan(minFiles + every);
    }
    // A row is in a file at least a third longer each time: log(2000) of them.
    assertThat(rewritten).isLessThan(10 * ingested);
  }

  /**
   * Each merge changes rows of the last twelve runs and writes their files again: these small ones,
   * never the long one that older files became.
   */
  @Test
  void whatLateChangesStillMeetStaysShort() {
    List<DataFile> files = new ArrayList<>();
    for (int run = 1; run <= 1_000; run++) {
      int now = run;
      files.replaceAll(file -> late(file, now) ? file(file.bytes(), now, file.statsJson()) : file);
      files.add(file(100, run, Integer.toString(run)));
      assertThat(files).filteredOn(file -> late(file, now)).allMatch(file -> file.bytes() == 100);
      if (files.size() >= 64) {
        List<DataFile> chosen = SmallFiles.sparing(SmallFiles.settled(files));
        files.removeAll(chosen);
        files.add(
            file(
                chosen.stream().mapToLong(DataFile::bytes).sum(),
                run,
                chosen.stream().map(DataFile::statsJson).max(comparing(Integer::valueOf)).get()));
      }
    }
  }

  private static boolean late(DataFile file, int run) {
    return Integer.parseInt(file.statsJson()) > run - 12;
  }

  @Test
  void theOrderIsThatOfTheColumnWhoseRangesOverlapLeast() {
    List<DataFile> files = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      int place = (i * 7) % 10;
      files.add(
          file(
              10,
              i,
              String.format(
                  "{\"numRecords\":5,\"minValues\":{\"a\":%d,\"run\":1,\"at\":\"2026-01-%02dT00\"},"
                      + "\"maxValues\":{\"a\":900,\"run\":1,\"at\":\"2026-01-%02dT23\"}}",
                  i, place + 10, place + 10)));
    }
    assertThat(Neighbours.sorted(files))
        .extracting(file -> Ranges.of(file).columns().get("at").low().asText())
        .isSorted();
  }

  @Test
  void withoutSuchAColumnItIsThatOfWriting() {
    List<DataFile> files = new ArrayList<>();
    for (int i = 9; i >= 0; i--) {
      String stats = i % 2 == 0 ? null : "{\"minValues\":{\"a\":1},\"maxValues\":{\"a\":2}}";
      files.add(file(10, i, stats));
    }
    assertThat(Neighbours.sorted(files))
        .extracting(DataFile::modificationTime)
        .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
  }
}
