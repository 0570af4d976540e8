package io.beamhouse.quality;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.core.row.RowTypes;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;

/** Whatever the order of rows and parts, the results are the same. */
class DatasetLawTest {
  private static final Schema SCHEMA =
      Schema.builder()
          .addNullableField("id", FieldType.INT64)
          .addNullableField("x", FieldType.DOUBLE)
          .addNullableField("d", RowTypes.decimal(10, 2))
          .addNullableField("at", RowTypes.TIMESTAMP)
          .build();
  private static final List<DatasetRule> RULES =
      List.of(
          DatasetRule.rowCount(),
          DatasetRule.nullShare("x"),
          DatasetRule.unique("id"),
          DatasetRule.unique("x"),
          DatasetRule.distinct("d"),
          DatasetRule.freshness("at"),
          DatasetRule.sum("x"),
          DatasetRule.mean("x"),
          DatasetRule.sum("id"),
          DatasetRule.mean("d"));

  @Provide
  Arbitrary<List<Row>> rows() {
    Arbitrary<Long> ids =
        Arbitraries.oneOf(Arbitraries.longs().between(0, 9), Arbitraries.longs()).injectNull(0.1);
    Arbitrary<Double> xs =
        Arbitraries.oneOf(
                Arbitraries.of(1e308, -1e308, 1e-320, 0.1, -0.0, Double.MIN_VALUE),
                Arbitraries.doubles())
            .injectNull(0.1);
    Arbitrary<BigDecimal> ds =
        Arbitraries.longs()
            .between(-1_000_000, 1_000_000)
            .map(cents -> BigDecimal.valueOf(cents, 2))
            .injectNull(0.1);
    Arbitrary<Instant> ats =
        Arbitraries.longs().between(0, 1_000_000).map(Instant::ofEpochSecond).injectNull(0.1);
    return Combinators.combine(ids, xs, ds, ats)
        .as((id, x, d, at) -> Row.withSchema(SCHEMA).addValues(id, x, d, at).build())
        .list()
        .ofMaxSize(60);
  }

  private static List<DatasetResult> judged(DatasetCheck check, DatasetAccumulator whole) {
    return check.evaluate(whole, Map.of(), Instant.ofEpochSecond(2_000_000));
  }

  @Property(tries = 200)
  void mergingIsAssociativeAndCommutative(@ForAll("rows") List<Row> rows, @ForAll Random random) {
    DatasetCheck check = DatasetCheck.of(RULES, SCHEMA);
    DatasetAccumulator whole = check.newAccumulator();
    rows.forEach(whole::add);

    List<Row> shuffled = new ArrayList<>(rows);
    java.util.Collections.shuffle(shuffled, random);
    List<DatasetAccumulator> parts = new ArrayList<>(List.of(check.newAccumulator()));
    for (Row row : shuffled) {
      if (random.nextInt(4) == 0) {
        parts.add(check.newAccumulator());
      }
      parts.get(parts.size() - 1).add(row);
    }
    while (parts.size() > 1) {
      DatasetAccumulator one = parts.remove(random.nextInt(parts.size()));
      DatasetAccumulator other = parts.remove(random.nextInt(parts.size()));
      parts.add(check.fromBytes(one.toBytes()).merge(other));
    }

    assertThat(judged(check, parts.get(0))).isEqualTo(judged(check, whole));
  }

  @Property(tries = 200)
  void theSumOfDoublesIsExact(@ForAll("rows") List<Row> rows) {
    DatasetCheck check = DatasetCheck.of(List.of(DatasetRule.sum("x")), SCHEMA);
    DatasetAccumulator whole = check.newAccumulator();
    BigDecimal exact = BigDecimal.ZERO;
    for (Row row : rows) {
      whole.add(row);
      Double x = row.getDouble("x");
      exact = x == null ? exact : exact.add(new BigDecimal(x), MathContext.UNLIMITED);
    }

    assertThat(judged(check, whole).get(0).value()).isEqualTo(exact.doubleValue());
  }

  /** Beyond the exact keys, too: which keys are looked at depends on the keys alone. */
  @Property(tries = 3)
  void manyKeysAreJudgedTheSameHoweverTheyAreSplit(@ForAll Random random) {
    DatasetCheck check = DatasetCheck.of(List.of(DatasetRule.unique("id")), SCHEMA);
    DatasetAccumulator whole = check.newAccumulator();
    List<DatasetAccumulator> parts =
        List.of(check.newAccumulator(), check.newAccumulator(), check.newAccumulator());
    for (int i = 0; i < 400_000; i++) {
      Row row =
          Row.withSchema(SCHEMA).attachValues((long) random.nextInt(300_000), null, null, null);
      whole.add(row);
      parts.get(random.nextInt(100) < 80 ? 0 : random.nextInt(3)).add(row);
    }
    DatasetAccumulator merged =
        check.fromBytes(parts.get(2).toBytes()).merge(parts.get(0)).merge(parts.get(1));

    assertThat(merged.toBytes()).isEqualTo(whole.toBytes());
    assertThat(judged(check, merged)).isEqualTo(judged(check, whole));
  }
}
