package io.beamhouse.runners.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.pipelines.cli.Main;
import io.beamhouse.testing.ChildJvm;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * SQL gives the same rows on the direct runner and on a Spark cluster; the spec asserts them
 * itself.
 */
@Tag("submitted")
class SubmittedSqlTest {
  private static final String SPEC =
      """
      pipeline:
        transforms:
          - type: Create
            name: Users
            config: {elements: [{id: 1, age: "36"}, {id: 2, age: "85"}, {id: 3, age: "?"}]}
          - type: Create
            name: Orders
            config: {elements: [{user_id: 1, amount: 5}, {user_id: 1, amount: 7}, {user_id: 2, amount: 1}]}
          - type: MapToFields
            name: Typed
            input: Users
            config:
              language: sql
              fields: {id: id, age: CAST(age AS INTEGER), born: MICROS('1815-12-10T00:00:00Z')}
              error_handling: {output: bad}
          - type: Sql
            name: Totals
            input: {users: Typed, orders: Orders}
            config:
              query: >-
                SELECT u.id, u.age, EXTRACT(YEAR FROM TO_TIMESTAMP(MAX(u.born))) AS born,
                SUM(o.amount) AS total FROM users u LEFT JOIN orders o ON u.id = o.user_id
                GROUP BY u.id, u.age
          - {type: Filter, name: Large, input: Totals, config: {language: sql, keep: total > 2 * 1}}
          - type: AssertEqual
            input: Large
            config: {elements: [{id: 1, age: 36, born: 1815, total: 12}]}
          - type: Sql
            name: Reasons
            input: Typed.bad
            config: {query: "SELECT PCOLLECTION.failed_row.id AS id, rule FROM PCOLLECTION"}
          - {type: AssertEqual, name: Bad, input: Reasons, config: {elements: [{id: 3, rule: fields.age}]}}
      """;

  @TempDir Path directory;

  @Test
  void directRunner() throws Exception {
    Path spec = Files.writeString(directory.resolve("sql.yaml"), SPEC);
    StringWriter output = new StringWriter();
    PrintWriter printer = new PrintWriter(output);

    assertThat(Main.execute(printer, printer, "run", spec.toString())).as("%s", output).isZero();
  }

  /**
   * Under Spark's class loaders and with its Janino, which compiles Beam SQL's joins and groups.
   */
  @Test
  void submittedJar() throws Exception {
    Path spec = Files.writeString(directory.resolve("sql.yaml"), SPEC);

    try (ChildJvm run =
        SparkSubmit.on("local-cluster[1,1,1024]", List.of("spark.default.parallelism=2"), "", "")
            .withArguments("run", spec.toString())
            .start()) {
      assertThat(run.waitFor(Duration.ofMinutes(5))).as("%s", run.output()).isZero();
    }
  }
}
