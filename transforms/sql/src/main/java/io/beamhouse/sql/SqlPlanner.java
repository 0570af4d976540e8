package io.beamhouse.sql;

import io.beamhouse.core.error.Problems;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.beam.sdk.extensions.sql.impl.CalciteQueryPlanner;
import org.apache.beam.sdk.extensions.sql.impl.JdbcConnection;
import org.apache.beam.sdk.extensions.sql.impl.JdbcDriver;
import org.apache.beam.sdk.extensions.sql.meta.BeamSqlTable;
import org.apache.beam.sdk.extensions.sql.meta.SchemaBaseBeamTable;
import org.apache.beam.sdk.extensions.sql.meta.provider.ReadOnlyTableProvider;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.POutput;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.jdbc.CalciteSchema;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.plan.Contexts;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.plan.ConventionTraitDef;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.plan.RelOptCluster;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.plan.volcano.VolcanoPlanner;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.prepare.CalciteCatalogReader;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.rel.RelNode;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.rel.RelVisitor;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.rex.RexBuilder;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.rex.RexCall;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.rex.RexNode;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.rex.RexShuttle;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.runtime.CalciteContextException;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.sql.SqlNode;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.sql.SqlOperator;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.sql.parser.SqlParseException;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.sql.parser.SqlParser;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.sql.util.SqlOperatorTables;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.sql.validate.SqlValidator;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.sql.validate.SqlValidatorUtil;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.sql2rel.SqlToRelConverter;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.tools.FrameworkConfig;

/**
 * Parses and checks queries in Beam SQL's dialect, with its functions and ours; makes the logical
 * plan, in which structs are whole (Beam's own planner takes them apart).
 */
final class SqlPlanner {
  private static final String SCHEMA = "beam";
  private static final Pattern UNKNOWN = Pattern.compile("Column '([^']*)' not found in any table");
  private static final Pattern TOKEN =
      Pattern.compile("Encountered \"(?:[^\"]*?)(\\w+)[^\"\\w]*\"");

  private final Map<String, Schema> tables;
  private final JdbcConnection connection;
  private final FrameworkConfig config;

  /** Thrown for a query that is wrong; the message says what and how to fix it. */
  static final class BadQueryException extends Exception {
    BadQueryException(String message) {
      super(message);
    }
  }

  private SqlPlanner(Map<String, Schema> tables) {
    this.tables = tables;
    connection =
        JdbcDriver.connect(
            new ReadOnlyTableProvider(
                SCHEMA,
                tables.entrySet().stream()
                    .collect(Collectors.toMap(Map.Entry::getKey, e -> table(e.getValue())))),
            PipelineOptionsFactory.create());
    // The factory, unlike the constructor, adds Beam's own functions to the connection.
    CalciteQueryPlanner beam =
        (CalciteQueryPlanner) CalciteQueryPlanner.FACTORY.createPlanner(connection, List.of());
    SqlFunctions.addTo(connection.getCurrentSchemaPlus());
    config = beam.defaultConfig(connection, List.of());
  }

  /** Returns a planner over tables whose columns Beam SQL takes, by name. */
  static SqlPlanner over(Map<String, Schema> tables) {
    return new SqlPlanner(tables);
  }

  /** Returns the plan of {@code query}; its first {@code headLines} lines are not the user's. */
  RelNode plan(String query, int headLines) throws BadQueryException {
    try {
      SqlNode parsed = SqlParser.create(query, config.getParserConfig()).parseQuery();
      CalciteCatalogReader catalog = catalog();
      SqlValidator validator =
          SqlValidatorUtil.newValidator(
              SqlOperatorTables.chain(config.getOperatorTable(), catalog),
              catalog,
              connection.getTypeFactory(),
              SqlValidator.Config.DEFAULT
                  .withSqlConformance(connection.config().conformance())
                  .withDefaultNullCollation(connection.config().defaultNullCollation())
                  .withIdentifierExpansion(true));
      SqlNode valid = validator.validate(parsed);
      SqlToRelConverter converter =
          new SqlToRelConverter(
              (type, sql, path, view) -> {
                throw new UnsupportedOperationException("views");
              },
              validator,
              catalog,
              cluster(),
              config.getConvertletTable(),
              config.getSqlToRelConverterConfig().withTrimUnusedFields(false));
      RelNode plan = converter.convertQuery(valid, false, true).project();
      checkPure(plan);
      return plan;
    } catch (SqlParseException e) {
      throw new BadQueryException(parseProblem(e, headLines));
    } catch (CalciteContextException e) {
      String why = e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
      throw new BadQueryException(
          position(e.getPosLine() - headLines, e.getPosColumn()) + why + hint(why));
    }
  }

  private CalciteCatalogReader catalog() {
    return new CalciteCatalogReader(
        CalciteSchema.from(connection.getRootSchema()),
        List.of(config.getDefaultSchema().getName()),
        connection.getTypeFactory(),
        connection.config());
  }

  private RelOptCluster cluster() {
    VolcanoPlanner planner = new VolcanoPlanner(config.getCostFactory(), Contexts.empty());
    planner.addRelTraitDef(ConventionTraitDef.INSTANCE);
    return RelOptCluster.create(planner, new RexBuilder(connection.getTypeFactory()));
  }

  private static void checkPure(RelNode plan) throws BadQueryException {
    TreeSet<String> impure = new TreeSet<>();
    RexShuttle finder =
        new RexShuttle() {
          @Override
          public RexNode visitCall(RexCall call) {
            SqlOperator operator = call.getOperator();
            if (!operator.isDeterministic() || operator.isDynamicFunction()) {
              impure.add(operator.getName());
            }
            return super.visitCall(call);
          }
        };
    new RelVisitor() {
      @Override
      public void visit(RelNode node, int ordinal, RelNode parent) {
        node.accept(finder);
        super.visit(node, ordinal, parent);
      }
    }.go(plan);
    if (!impure.isEmpty()) {
      throw new BadQueryException(
          String.join(", ", impure)
              + " gives another value each time, so a repeated run would write other rows; take"
              + " the time from a column or a parameter");
    }
  }

  private static String parseProblem(SqlParseException e, int headLines) {
    // The rest of the message is a page of all tokens that could stand there.
    String first = e.getMessage().lines().findFirst().orElse("does not parse");
    String what = first.replaceFirst(" at line \\d+, column \\d+\\.?", "");
    Matcher token = TOKEN.matcher(first);
    return position(e.getPos().getLineNum() - headLines, e.getPos().getColumnNum())
        + what
        + (token.find()
            ? "; if '"
                + token.group(1)
                + "' or the word before it is a column, write it in backticks, since many words"
                + " (value, date, timestamp, ...) are SQL's own"
            : "");
  }

  private static String position(int line, int column) {
    return line == 1 ? "column " + column + ": " : "line " + line + ", column " + column + ": ";
  }

  private String hint(String why) {
    Matcher unknown = UNKNOWN.matcher(why);
    if (unknown.find()) {
      TreeSet<String> columns = new TreeSet<>();
      tables.values().forEach(schema -> columns.addAll(schema.getFieldNames()));
      return Problems.didYouMean(unknown.group(1), columns)
          + "; columns: "
          + String.join(", ", columns);
    }
    return "";
  }

  private static BeamSqlTable table(Schema schema) {
    return new SchemaBaseBeamTable(schema) {
      @Override
      public PCollection<Row> buildIOReader(PBegin begin) {
        throw new UnsupportedOperationException("only planned");
      }

      @Override
      public POutput buildIOWriter(PCollection<Row> input) {
        throw new UnsupportedOperationException("only planned");
      }

      @Override
      public PCollection.IsBounded isBounded() {
        return PCollection.IsBounded.BOUNDED;
      }
    };
  }
}
