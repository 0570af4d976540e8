package io.beamhouse.quality;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.beam.sdk.schemas.Schema.TypeName;
import org.apache.beam.sdk.values.Row;

record InSet(String column, List<Literal> values) implements Condition {
  InSet {
    values = List.copyOf(values);
  }

  @Override
  public ObjectNode canonical() {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    values.stream()
        .map(Literal::json)
        .sorted(Comparator.comparing(JsonNode::toString))
        .forEach(array::add);
    return Condition.json().put("column", column).set("in", array);
  }

  @Override
  public String words() {
    return "in(" + column + ")";
  }

  @Override
  public List<Check> compile(RuleSchema schema) {
    int index =
        schema.index(
            column,
            "column",
            kind -> kind != ColumnKind.OTHER && kind != ColumnKind.BYTES,
            "in is for single values");
    if (index < 0) {
      return List.of();
    }
    ColumnKind kind = schema.kind(index);
    TypeName type = schema.type(index).getTypeName();
    Set<Object> allowed = new HashSet<>();
    for (int i = 0; i < values.size(); i++) {
      Comparable<?> value = schema.value(values.get(i), index, "in[" + i + "]");
      if (value != null) {
        allowed.add(boxed(value, type));
      }
    }
    return List.of(new NotIn(index, column, kind, allowed));
  }

  /** As the column holds it, so that a look-up converts nothing where it can. */
  private static Object boxed(Comparable<?> value, TypeName type) {
    if (!(value instanceof BigDecimal number)) {
      return value;
    }
    try {
      return switch (type) {
        case BYTE -> number.byteValueExact();
        case INT16 -> number.shortValueExact();
        case INT32 -> number.intValueExact();
        case INT64 -> number.longValueExact();
        case FLOAT -> number.floatValue();
        case DOUBLE -> number.doubleValue();
        default -> number.stripTrailingZeros();
      };
    } catch (ArithmeticException e) {
      // Too large for the column or a fraction: no row has it, and it does no harm in the set.
      return number;
    }
  }

  private static final class NotIn extends Check {
    private final int index;
    private final ColumnKind kind;
    private final Set<Object> allowed;

    NotIn(int index, String column, ColumnKind kind, Set<Object> allowed) {
      super(column, column + " is none of the " + allowed.size() + " allowed values");
      this.index = index;
      this.kind = kind;
      this.allowed = allowed;
    }

    @Override
    boolean fails(Row row) {
      Object value = row.getValue(index);
      if (value == null) {
        return false;
      }
      return !allowed.contains(
          switch (kind) {
            case DECIMAL -> ((BigDecimal) value).stripTrailingZeros();
            case INSTANT -> kind.comparable(value);
            default -> value;
          });
    }
  }
}
