package io.beamhouse.pipelines.increment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.RowsUnaccountedException;
import io.beamhouse.core.rowwise.Tally;
import io.beamhouse.pipelines.increment.IncrementJob.Flow;
import io.beamhouse.pipelines.increment.RunReport.FileReport;
import io.beamhouse.pipelines.increment.RunReport.SourceReport;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AccountsTest {
  private static final List<Flow> FLOWS =
      List.of(new Flow("Files", "", "Filter"), new Flow("Files", "bad", "Repair"));

  private static Accounts accounts(long bad, long filtered, long repaired) {
    Map<String, Map<String, Long>> tally = new TreeMap<>();
    tally.put(
        "Files",
        Map.of(
            Tally.FILE + "/a",
            5L,
            Tally.FILE + "/b",
            4L,
            Tally.FILE_REJECTED + "/b",
            2L,
            Tally.FILE + Tally.OTHER_FILES,
            3L,
            Tally.FILES,
            2L,
            Tally.IN,
            12L,
            Tally.OUT + "output",
            12L - bad,
            Tally.OUT + "bad",
            bad));
    tally.put("Filter", Map.of(Tally.IN, filtered));
    tally.put("Repair", Map.of(Tally.IN, repaired));
    Accounts accounts = new Accounts();
    accounts.take("Silver", tally);
    return accounts;
  }

  private static void check(Accounts accounts) {
    List<FileReport> files = accounts.files("Files").orElseThrow();
    long rows = files.stream().mapToLong(FileReport::rows).sum();
    long bad = files.stream().mapToLong(FileReport::rejected).sum();
    accounts.check(
        FLOWS,
        Map.of("Files", new SourceReport(false, 1, rows, bad, null, 4, files, Map.of())),
        Map.of());
  }

  @Test
  void theFilesOfASourceAddUpToWhatItsConsumersTook() {
    Accounts accounts = accounts(2, 10, 2);

    assertThat(accounts.files("Files").orElseThrow())
        .containsExactly(
            new FileReport("/a", 1, 5, 0),
            new FileReport("/b", 1, 4, 2),
            new FileReport(null, 2, 3, 0));
    check(accounts);
  }

  @Test
  void aRowThatNoFileGaveOrNobodyTookIsRefused() {
    assertThatThrownBy(() -> check(accounts(2, 11, 2)))
        .isInstanceOf(RowsUnaccountedException.class)
        .hasMessageContaining("Files gave 10 row(s) to Filter, which accounts for 11");
    assertThatThrownBy(() -> check(accounts(2, 10, 1)))
        .isInstanceOf(RowsUnaccountedException.class)
        .hasMessageContaining("Files gave 2 row(s) to Repair, which accounts for 1");
    assertThatThrownBy(() -> check(accounts(3, 9, 3)))
        .isInstanceOf(RowsUnaccountedException.class)
        .hasMessageContaining("gave 12 row(s), 2 of them bad, and Files accounts for 12 and 3");
  }
}
