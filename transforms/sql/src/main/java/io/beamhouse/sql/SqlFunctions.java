package io.beamhouse.sql;

import io.beamhouse.core.Internal;
import io.beamhouse.sql.SqlPlanner.BadQueryException;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.List;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.adapter.enumerable.CallImplementor;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.adapter.enumerable.NullPolicy;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.adapter.enumerable.RexImpTable;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.linq4j.tree.Expressions;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.linq4j.tree.Types;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.rel.type.RelDataType;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.rex.RexBuilder;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.rex.RexCall;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.rex.RexLiteral;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.rex.RexNode;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.rex.RexShuttle;
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
    String iso = text.strip();
    if (iso.indexOf('-') < 0) {
      return Micros.of(LocalTime.parse(iso));
    } else if (iso.indexOf(':') < 0) {
      return Micros.of(LocalDate.parse(iso).atStartOfDay().toInstant(ZoneOffset.UTC));
    }
    int space = iso.indexOf(' ');
    TemporalAccessor time =
        DateTimeFormatter.ISO_DATE_TIME.parseBest(
            space < 0 ? iso : iso.substring(0, space) + "T" + iso.substring(space + 1),
            OffsetDateTime::from,
            LocalDateTime::from);
    return Micros.of(
        time instanceof OffsetDateTime zoned
            ? zoned.toInstant()
            : ((LocalDateTime) time).toInstant(ZoneOffset.UTC));
  }

  /** The microseconds of a SQL TIMESTAMP. */
  public static long micros(long timestamp) {
    return Math.multiplyExact(timestamp, 1000L);
  }

  /** The SQL TIMESTAMP of a number of microseconds; what is finer is cut, towards the past. */
  public static long toTimestamp(long micros) {
    return Math.floorDiv(micros, 1000L);
  }

  /** Replaces each {@link #MICROS} of a literal by its value, so that no row parses it. */
  static List<RexNode> folded(List<RexNode> expressions, RexBuilder builder)
      throws BadQueryException {
    RexShuttle shuttle =
        new RexShuttle() {
          @Override
          public RexNode visitCall(RexCall call) {
            if (call.getOperator().getName().equals(MICROS)
                && call.getOperands().get(0) instanceof RexLiteral literal
                && literal.getValue2() instanceof String text) {
              return builder.makeBigintLiteral(BigDecimal.valueOf(micros(text)));
            }
            return super.visitCall(call);
          }
        };
    try {
      return shuttle.apply(expressions);
    } catch (DateTimeException | ArithmeticException e) {
      throw new BadQueryException(
          MICROS + ": " + e.getMessage() + "; write it like '2026-01-31T10:20:30.123456Z'");
    }
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
