package io.beamhouse.sql;

import io.beamhouse.core.row.RowTypes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.Field;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.Schema.TypeName;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.rel.RelNode;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.rel.core.Aggregate;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.rel.core.AggregateCall;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.rel.core.Filter;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.rel.core.Join;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.rel.core.Project;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.rel.core.SetOp;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.rel.core.Sort;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.rel.core.TableScan;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.rel.type.RelDataType;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.rex.RexCall;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.rex.RexFieldAccess;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.rex.RexInputRef;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.rex.RexLiteral;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.rex.RexNode;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.sql.SqlKind;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.sql.type.SqlTypeName;

/**
 * Which of our types a column of a plan still has: that of the column it was chosen from. So an
 * instant that travels as a number comes out as an instant, also through joins, groups, MIN, MAX,
 * CASE and COALESCE; what SQL computes has SQL's type, which is null here.
 */
final class Origins {
  private final Map<String, Schema> tables;

  private Origins(Map<String, Schema> tables) {
    this.tables = tables;
  }

  /** Returns our type of each column of {@code plan}; null where SQL computes it. */
  static List<FieldType> of(RelNode plan, Map<String, Schema> tables) {
    return new Origins(tables).columns(plan);
  }

  /** Returns our type of {@code expression} over columns of types {@code input}; or null. */
  static FieldType of(RexNode expression, List<FieldType> input) {
    return known(type(expression, input));
  }

  private List<FieldType> columns(RelNode node) {
    if (node instanceof TableScan scan) {
      List<String> name = scan.getTable().getQualifiedName();
      Schema schema = tables.get(name.get(name.size() - 1));
      return schema.getFields().stream().map(Field::getType).toList();
    } else if (node instanceof Project project) {
      List<FieldType> input = columns(project.getInput());
      List<FieldType> result = new ArrayList<>();
      project.getProjects().forEach(e -> result.add(of(e, input)));
      return result;
    } else if (node instanceof Filter || node instanceof Sort) {
      return columns(node.getInput(0));
    } else if (node instanceof Join join) {
      List<FieldType> result = new ArrayList<>(columns(join.getLeft()));
      if (join.getJoinType().projectsRight()) {
        result.addAll(columns(join.getRight()));
      }
      return result;
    } else if (node instanceof Aggregate aggregate) {
      return aggregated(aggregate, columns(aggregate.getInput()));
    } else if (node instanceof SetOp) {
      List<FieldType> result = columns(node.getInput(0));
      for (RelNode other : node.getInputs().subList(1, node.getInputs().size())) {
        result = common(result, columns(other));
      }
      return result;
    }
    return Collections.nCopies(node.getRowType().getFieldCount(), null);
  }

  private static List<FieldType> aggregated(Aggregate aggregate, List<FieldType> input) {
    List<FieldType> result = new ArrayList<>();
    aggregate.getGroupSet().forEach(key -> result.add(input.get(key)));
    for (AggregateCall call : aggregate.getAggCallList()) {
      boolean chooses =
          switch (call.getAggregation().getKind()) {
            case MIN, MAX, ANY_VALUE, SINGLE_VALUE, FIRST_VALUE, LAST_VALUE -> true;
            default -> false;
          };
      result.add(chooses ? input.get(call.getArgList().get(0)) : null);
    }
    return result;
  }

  private static List<FieldType> common(List<FieldType> one, List<FieldType> other) {
    List<FieldType> result = new ArrayList<>();
    for (int i = 0; i < one.size(); i++) {
      result.add(same(one.get(i), other.get(i)) ? one.get(i) : null);
    }
    return result;
  }

  /** Stands for a value that fits each of our types, such as NULL. */
  private static final FieldType ANY = FieldType.row(Schema.builder().build());

  private static boolean isAny(FieldType type) {
    return ANY.equals(type);
  }

  private static FieldType known(FieldType type) {
    return isAny(type) ? null : type;
  }

  private static FieldType type(RexNode e, List<FieldType> input) {
    if (e instanceof RexInputRef ref) {
      return input.get(ref.getIndex());
    } else if (e instanceof RexLiteral literal) {
      return literal.isNull() ? ANY : null;
    } else if (e instanceof RexFieldAccess access) {
      FieldType struct = known(type(access.getReferenceExpr(), input));
      return struct == null || struct.getTypeName() != TypeName.ROW
          ? null
          : struct.getRowSchema().getField(access.getField().getIndex()).getType();
    } else if (e instanceof RexCall call) {
      return type(call, input);
    }
    return null;
  }

  private static FieldType type(RexCall call, List<FieldType> input) {
    List<RexNode> operands = call.getOperands();
    switch (call.getKind()) {
      case CAST:
        return cast(call, input);
      case CASE:
        List<RexNode> values = new ArrayList<>();
        for (int i = 1; i < operands.size(); i += 2) {
          values.add(operands.get(i));
        }
        values.add(operands.get(operands.size() - 1));
        return one(values, input);
      case COALESCE, NVL, GREATEST, LEAST:
        return one(operands, input);
      case ITEM:
        FieldType list = known(type(operands.get(0), input));
        if (list == null) {
          return null;
        }
        return list.getTypeName() == TypeName.MAP
            ? list.getMapValueType()
            : list.getCollectionElementType();
      case PLUS, MINUS:
        return moved(call, input);
      default:
        return call.getOperator().getName().equals(SqlFunctions.MICROS) ? ANY : null;
    }
  }

  private static FieldType cast(RexCall call, List<FieldType> input) {
    RelDataType to = call.getType();
    RexNode operand = call.getOperands().get(0);
    if (to.getSqlTypeName() == SqlTypeName.DECIMAL) {
      FieldType from = known(type(operand, input));
      // A plain DECIMAL has the largest precision and no scale in Beam SQL, and keeps all digits.
      return isPlain(to)
          ? (from != null && isPlain(operand.getType()) ? from : null)
          : RowTypes.decimal(to.getPrecision(), to.getScale());
    }
    boolean sameType = to.getSqlTypeName() == operand.getType().getSqlTypeName();
    return operand instanceof RexLiteral literal && literal.isNull()
        ? ANY
        : sameType ? type(operand, input) : null;
  }

  private static boolean isPlain(RelDataType decimal) {
    return decimal.getPrecision() == 38 && decimal.getScale() == 0;
  }

  /** A time plus or minus a number of microseconds is that kind of time. */
  private static FieldType moved(RexCall call, List<FieldType> input) {
    FieldType left = known(type(call.getOperands().get(0), input));
    FieldType right = known(type(call.getOperands().get(1), input));
    boolean isLeft = left != null && Carrier.isMicros(left);
    boolean isRight = right != null && Carrier.isMicros(right);
    if (isLeft == isRight || (isRight && call.getKind() == SqlKind.MINUS)) {
      return null;
    }
    return isLeft ? left : right;
  }

  private static FieldType one(List<RexNode> values, List<FieldType> input) {
    FieldType found = ANY;
    for (RexNode value : values) {
      FieldType type = type(value, input);
      if (isAny(type)) {
        continue;
      }
      if (type == null || (!isAny(found) && !same(found, type))) {
        return null;
      }
      found = type;
    }
    return found;
  }

  private static boolean same(FieldType one, FieldType other) {
    return one != null
        && other != null
        && RowTypes.equal(one.withNullable(true), other.withNullable(true));
  }
}
