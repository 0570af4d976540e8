package io.beamhouse.io.delta.merge;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.core.row.RowTypes;
import io.beamhouse.io.delta.TryDirectory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;

/** The order of encoded keys, and what is found again of stored changes. */
class EncodingLawsTest {
  private static final Schema SCHEMA =
      Schema.builder()
          .addStringField("text")
          .addInt64Field("number")
          .addField("wide", RowTypes.decimal(38, 2))
          .addField("raw", FieldType.BYTES)
          .build();

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.strings().withChars("a\u0000\u0001\u00ffé😀").ofMaxLength(4);
  }

  @Provide
  Arbitrary<BigDecimal> wides() {
    BigInteger limit = BigInteger.TEN.pow(38).subtract(BigInteger.ONE);
    return Arbitraries.bigIntegers()
        .between(limit.negate(), limit)
        .map(unscaled -> new BigDecimal(unscaled, 2));
  }

  private static byte[] change(String text, long number, BigDecimal wide, byte[] raw) {
    MergeSettings settings = LocalMerge.settings("/tmp/t", "text", "number", "wide", "raw").build();
    ChangeEncoder encoder = new ChangeEncoder(settings.shape(SCHEMA));
    Row row = Row.withSchema(SCHEMA).addValues(text, number, wide, raw).build();
    assertThat(encoder.encode(row)).isEmpty();
    return encoder.change();
  }

  @Property(tries = 500)
  void encodedKeysHaveTheOrderOfTheValues(
      @ForAll("texts") String text1,
      @ForAll("texts") String text2,
      @ForAll long number1,
      @ForAll long number2,
      @ForAll("wides") BigDecimal wide1,
      @ForAll("wides") BigDecimal wide2,
      @ForAll byte[] raw1,
      @ForAll byte[] raw2) {
    byte[] utf1 = text1.getBytes(StandardCharsets.UTF_8);
    byte[] utf2 = text2.getBytes(StandardCharsets.UTF_8);
    int expected = Integer.signum(Arrays.compareUnsigned(utf1, utf2));
    expected = expected != 0 ? expected : Long.compare(number1, number2);
    expected = expected != 0 ? expected : wide1.compareTo(wide2);
    expected = expected != 0 ? expected : Integer.signum(Arrays.compareUnsigned(raw1, raw2));
    assertThat(
            Integer.signum(
                Change.compareKeys(
                    change(text1, number1, wide1, raw1), change(text2, number2, wide2, raw2))))
        .isEqualTo(expected);
    // Columns behind an equal first one decide.
    assertThat(
            Integer.signum(
                Change.compareKeys(
                    change(text1, number1, wide1, raw1), change(text1, number1, wide2, raw1))))
        .isEqualTo(wide1.compareTo(wide2));
  }

  @Property
  void doublesAreOrderedAsNumbers(@ForAll double x, @ForAll double y) {
    Function<Double, byte[]> encoded =
        value -> {
          Bytes bytes = new Bytes(8);
          SortableBytes.add(bytes, new ColumnType(Kind.DOUBLE), Double.doubleToLongBits(value));
          return bytes.toArray();
        };
    assertThat(Integer.signum(Arrays.compareUnsigned(encoded.apply(x), encoded.apply(y))))
        .isEqualTo(Double.compare(x, y));
  }

  @Property
  void int96KeepsMicroseconds(@ForAll long any) {
    long micros = any / 64;
    assertThat(Form.int96Micros(Form.int96(micros))).isEqualTo(micros);
  }

  @Property(tries = 30)
  void everyStoredChangeIsFoundAndNoOther(@ForAll Random random) throws IOException {
    int count = random.nextInt(2_000);
    List<byte[]> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(change("k" + i, i, BigDecimal.valueOf(i, 2), new byte[random.nextInt(40)]));
    }
    all.sort(Change.BY_KEY_AND_ORDER);
    byte[][] changes = all.toArray(byte[][]::new);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BucketFile.write(changes, count, out);
    assertThat(out.size()).isEqualTo((int) BucketFile.length(changes, count));
    Path file = TryDirectory.get().resolve("bucket");
    Files.write(file, out.toByteArray());
    BucketRef ref = new BucketRef(0, file.toUri().toString(), 0, out.size(), count, 100, false);
    KeyRanges ranges = KeyRanges.union(List.of(KeyRanges.of(changes, count, 5)));
    assertThat(ranges.size()).isLessThanOrEqualTo(5);
    try (ChangeStore store = new ChangeStore(count == 0 ? List.of() : List.of(ref), 1)) {
      for (int i = 0; i < count; i += 1 + random.nextInt(50)) {
        BucketIndex index = store.index(ref);
        long hash = Change.hash(changes[i]);
        assertThat(index.ordinal(index.next(hash, -1))).isEqualTo(i);
        assertThat(index.next(hash + 1, -1)).isEqualTo(-1);
        byte[] key = Change.key(changes[i]);
        assertThat(ranges.meets(key, key)).isTrue();
      }
      int[] wanted = random.ints(count / 3, 100, 100 + Math.max(1, count)).sorted().toArray();
      byte[][] fetched = store.fetch(wanted, wanted.length);
      for (int i = 0; i < wanted.length; i++) {
        assertThat(fetched[i]).isEqualTo(changes[wanted[i] - 100]);
      }
    }
    assertThat(ranges.meets(null, new byte[] {0})).isFalse();
    assertThat(KeyRanges.union(Collections.emptyList()).meets(null, null)).isFalse();
  }
}
