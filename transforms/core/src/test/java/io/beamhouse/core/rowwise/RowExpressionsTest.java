package io.beamhouse.core.rowwise;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.SpecException;
import org.junit.jupiter.api.Test;

class RowExpressionsTest {
  @Test
  void saysWhichModuleHasSqlWhenItIsMissing() {
    assertThatThrownBy(() -> RowExpressions.of("sql", "rules[0].sql"))
        .isInstanceOf(SpecException.class)
        .hasMessage("rules[0].sql: no language 'sql' is on the class path: add beamhouse-sql");
  }
}
