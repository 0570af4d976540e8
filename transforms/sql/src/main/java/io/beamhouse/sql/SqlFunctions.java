package io.beamhouse.sql;

import io.beamhouse.core.Internal;
import java.lang.reflect.Method;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.adapter.enumerable.CallImplementor;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.adapter.enumerable.NullPolicy;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.adapter.enumerable.RexImpTable;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.linq4j.tree.Expressions;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.linq4j.tree.Types;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.rel.type.RelDataType;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.schema.FunctionParameter;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.schema.ImplementableFunction;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.schema.ScalarFunction;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.schema.SchemaPlus;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.sql.type.SqlTypeName;

/**
 * The SQL functions between texts, SQL's TIMESTAMP (milliseconds) and our times, which SQL sees as
 * whole numbers of microseconds: {@code MICROS(text)}, {@code MICROS(timestamp)}, {@code
 * TO_TIMESTAMP(micros)}. Public, since generated code calls them.
 */
@Internal
public final class SqlFunctions {
  static final String MICROS = "MICROS";

  private SqlFunctions() {}

  static void addTo(SchemaPlus schema) {
    schema.add(
        MICROS, new Function("micros", String.class, SqlTypeName.VARCHAR, SqlTypeName.BIGINT));
    schema.add(
        MICROS, new Function("micros", long.class, SqlTypeName.TIMESTAMP, SqlTypeName.BIGINT));
    schema.add(
        "TO_TIMESTAMP",
        new Function("toTimestamp", long.class, SqlTypeName.BIGINT, SqlTypeName.TIMESTAMP));
  }

  /** {@code 2026-01-31T10:20:30.123456Z}, the same without a zone, a date, or a time of day. */
  public static long micros(String text) {
    String iso = text.strip().replaceFirst("(?<=[0-9]) (?=[0-9])", "T");
    if (!iso.contains("-")) {
      return Micros.of(LocalTime.parse(iso));
    } else if (!iso.contains("T")) {
      return Micros.of(LocalDate.parse(iso).atStartOfDay().toInstant(ZoneOffset.UTC));
    } else if (iso.matches(".*T.*(Z|[+-][0-9:]+)")) {
      return Micros.of(OffsetDateTime.parse(iso).toInstant());
    }
    return Micros.of(LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC));
  }

  /** The microseconds of a SQL TIMESTAMP. */
  public static long micros(long timestamp) {
    return Math.multiplyExact(timestamp, 1000L);
  }

  /** The SQL TIMESTAMP of a number of microseconds; what is finer is cut, towards the past. */
  public static long toTimestamp(long micros) {
    return Math.floorDiv(micros, 1000L);
  }

  /** A method of this class with one parameter; null gives null. */
  private static final class Function implements ScalarFunction, ImplementableFunction {
    private final Method method;
    private final SqlTypeName parameter;
    private final SqlTypeName result;

    Function(String name, Class<?> type, SqlTypeName parameter, SqlTypeName result) {
      this.method = Types.lookupMethod(SqlFunctions.class, name, type);
      this.parameter = parameter;
      this.result = result;
    }

    @Override
    public CallImplementor getImplementor() {
      return RexImpTable.createImplementor(
          (translator, call, operands) -> Expressions.call(method, operands),
          NullPolicy.STRICT,
          false);
    }

    @Override
    public RelDataType getReturnType(RelDataTypeFactory types) {
      return types.createTypeWithNullability(types.createSqlType(result), true);
    }

    @Override
    public List<FunctionParameter> getParameters() {
      return List.of(
          new FunctionParameter() {
            @Override
            public int getOrdinal() {
              return 0;
            }

            @Override
            public String getName() {
              return "value";
            }

            @Override
            public RelDataType getType(RelDataTypeFactory types) {
              return types.createTypeWithNullability(types.createSqlType(parameter), true);
            }

            @Override
            public boolean isOptional() {
              return false;
            }
          });
    }
  }
}
