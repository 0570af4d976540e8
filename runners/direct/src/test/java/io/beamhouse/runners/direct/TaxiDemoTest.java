package io.beamhouse.runners.direct;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.pipelines.cli.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo itself: from a web server, three months at once, and one of them again. */
class TaxiDemoTest {
  @Test
  void filesDeltaAndTheWarehouseAgreeAndOnlyWhatChangedIsFetched(@TempDir Path directory) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Main.execute(
            new PrintWriter(out),
            new PrintWriter(err),
            "demo",
            "taxi",
            "--directory",
            directory.toString());

    assertThat(code).as("%s%n%s", out, err).isZero();
    assertThat(out.toString())
        .contains("(885 trips, their totals)", "= the warehouse (785 rows, every column compared)")
        .contains("6 HEAD, 0 GET")
        .doesNotContain("DIFFERS");
    String third = out.toString().substring(out.toString().indexOf("Wave 3"));
    assertThat(third)
        .contains("taxi-bronze/01: run 2 done", "taxi-silver/01: run 2 done")
        .contains("taxi-bronze/02: nothing new", "taxi-silver/03: nothing new");
  }
}
