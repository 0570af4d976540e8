package io.beamhouse.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.rowwise.RowExpression;
import io.beamhouse.core.rowwise.RowExpressions;
import io.beamhouse.testing.Rows;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The seam to a module that understands SQL; that module tests its SQL. */
class SqlRuleTest {
  private static final Schema SCHEMA =
      Schema.builder().addNullableField("n", FieldType.INT64).build();

  /** Understands {@code 10 / n > 1}. */
  public static final class Division implements RowExpressions {
    @Override
    public Set<String> languages() {
      return Set.of("sql");
    }

    @Override
    public RowExpression compile(String where, String expression, Schema input) {
      if (expression.startsWith("nonsense")) {
        throw new SpecException(where, "'" + expression + "' is no SQL");
      }
      return expression.equals("n")
          ? new Compiled(FieldType.INT64)
          : new Compiled(FieldType.BOOLEAN);
    }
  }

  private record Compiled(FieldType type) implements RowExpression {
    @Override
    public Evaluator start() {
      return row -> {
        Long n = row.getInt64("n");
        if (n != null && n == 0) {
          throw new NoAnswerException("division by zero", null);
        }
        return n == null ? null : 10 / n > 1;
      };
    }
  }

  @Test
  void unknownPassesAndWhatHasNoAnswerBreaksTheRule(@TempDir Path directory) throws IOException {
    Path services = Files.createDirectories(directory.resolve("META-INF/services"));
    Files.writeString(services.resolve(RowExpressions.class.getName()), Division.class.getName());
    Rows rows = Rows.of(SCHEMA).row(3).row(20).row(0).row((Object) null);
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {directory.toUri().toURL()}, before)) {
      Thread.currentThread().setContextClassLoader(loader);

      Checked checked = Checked.of(SCHEMA, rows, RowRule.sql("10 / n > 1"));

      assertThat(checked.rows()).containsExactly(rows.list().get(0), rows.list().get(3));
      assertThat(checked.failures(0)).containsExactly("sql(10 / n > 1)@null");
      assertThatThrownBy(() -> Checked.of(SCHEMA, rows, RowRule.sql("nonsense")))
          .hasMessage("rules[0].sql: 'nonsense' is no SQL");
      assertThatThrownBy(() -> Checked.of(SCHEMA, rows, RowRule.sql("n")))
          .hasMessage("rules[0].sql: is INT64, and a rule is a boolean");
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }
}
