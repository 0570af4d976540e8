package io.beamhouse.io.parquet;

import io.beamhouse.core.error.DataRefusedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.Field;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.Schema.TypeName;
import org.apache.beam.sdk.values.Row;
import org.apache.parquet.column.Dictionary;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;

/** Assembles Parquet's record events into Beam values of wanted types. */
final class RowConverters {
  private RowConverters() {}

  /** Returns a converter of one value, which it hands to {@code sink}. */
  static Converter of(String path, Type file, FieldType wanted, Consumer<Object> sink) {
    if (file.isPrimitive()) {
      return new Leaf(ValueDecoder.of(path, file.asPrimitiveType(), wanted), file, sink);
    }
    GroupType group = file.asGroupType();
    if (ParquetSchemas.isList(group)) {
      require(path, file, wanted, TypeName.ARRAY, TypeName.ITERABLE);
      return new ListConverter(path, group, wanted.getCollectionElementType(), sink);
    }
    if (ParquetSchemas.isMap(group)) {
      require(path, file, wanted, TypeName.MAP);
      return new MapConverter(path, group, wanted, sink);
    }
    require(path, file, wanted, TypeName.ROW);
    return new RowConverter(path + ".", group, wanted.getRowSchema(), sink);
  }

  private static void require(String path, Type file, FieldType wanted, TypeName... allowed) {
    if (!Arrays.asList(allowed).contains(wanted.getTypeName())) {
      throw new DataRefusedException(
          "Column '"
              + path
              + "' is "
              + ParquetSchemas.toBeam(file)
              + " in the file and cannot be read as "
              + wanted
              + ".");
    }
  }

  private static DataRefusedException nullIn(String path) {
    return new DataRefusedException(
        "Column '"
            + path
            + "' holds a null in the file but is read as not nullable. Read it as nullable.");
  }

  /** A group with the fields of a row; wanted fields that the file lacks are null. */
  static final class RowConverter extends GroupConverter {
    private final String path;
    private final Schema schema;
    private final Converter[] converters;
    private final int[] repeated;
    private final int[] required;
    private final Consumer<Object> sink;
    private Object[] values = new Object[0];

    RowConverter(String path, GroupType file, Schema schema, Consumer<Object> sink) {
      this.path = path;
      this.schema = schema;
      this.sink = sink;
      this.converters = new Converter[file.getFieldCount()];
      List<Integer> repeatedSlots = new ArrayList<>();
      for (int i = 0; i < converters.length; i++) {
        Type field = file.getType(i);
        if (!schema.hasField(field.getName())) {
          converters[i] = ignored(field);
          continue;
        }
        int slot = schema.indexOf(field.getName());
        FieldType wanted = schema.getField(slot).getType();
        String name = path + field.getName();
        if (field.isRepetition(Repetition.REPEATED)) {
          // A repeated field outside of LIST and MAP is a list of required elements.
          require(name, field, wanted, TypeName.ARRAY, TypeName.ITERABLE);
          repeatedSlots.add(slot);
          converters[i] = of(name, field, wanted.getCollectionElementType(), one -> add(slot, one));
        } else {
          converters[i] = of(name, field, wanted, value -> values[slot] = value);
        }
      }
      this.repeated = repeatedSlots.stream().mapToInt(Integer::intValue).toArray();
      this.required =
          schema.getFields().stream()
              .filter(field -> !field.getType().getNullable())
              .mapToInt(field -> schema.indexOf(field.getName()))
              .toArray();
    }

    @SuppressWarnings("unchecked")
    private void add(int slot, Object value) {
      ((List<Object>) values[slot]).add(value);
    }

    @Override
    public Converter getConverter(int fieldIndex) {
      return converters[fieldIndex];
    }

    @Override
    public void start() {
      values = new Object[schema.getFieldCount()];
      for (int slot : repeated) {
        values[slot] = new ArrayList<>();
      }
    }

    @Override
    public void end() {
      for (int slot : required) {
        if (values[slot] == null) {
          throw nullIn(path + schema.getField(slot).getName());
        }
      }
      sink.accept(Row.withSchema(schema).attachValues(Arrays.asList(values)));
    }
  }

  private static Converter ignored(Type type) {
    if (type.isPrimitive()) {
      return new PrimitiveConverter() {
        @Override
        public void addBinary(Binary value) {}

        @Override
        public void addBoolean(boolean value) {}

        @Override
        public void addDouble(double value) {}

        @Override
        public void addFloat(float value) {}

        @Override
        public void addInt(int value) {}

        @Override
        public void addLong(long value) {}
      };
    }
    Converter[] fields =
        type.asGroupType().getFields().stream()
            .map(RowConverters::ignored)
            .toArray(Converter[]::new);
    return new Steps(fields, () -> {}, () -> {});
  }

  /** A group whose start and end run a step. */
  private static class Steps extends GroupConverter {
    private final Converter[] fields;
    private final Runnable start;
    private final Runnable end;

    Steps(Converter[] fields, Runnable start, Runnable end) {
      this.fields = fields;
      this.start = start;
      this.end = end;
    }

    @Override
    public Converter getConverter(int fieldIndex) {
      return fields[fieldIndex];
    }

    @Override
    public void start() {
      start.run();
    }

    @Override
    public void end() {
      end.run();
    }
  }

  private static final class ListConverter extends GroupConverter {
    private final String path;
    private final boolean nullable;
    private final Converter repeated;
    private final Consumer<Object> sink;
    private List<Object> list = new ArrayList<>();
    private Object element;

    ListConverter(String path, GroupType list, FieldType wanted, Consumer<Object> sink) {
      this.path = path + ".element";
      this.nullable = wanted.getNullable();
      this.sink = sink;
      Type elementType = ParquetSchemas.element(list);
      if (ParquetSchemas.isTwoLevel(list)) {
        repeated = of(this.path, elementType, wanted, one -> this.list.add(one));
      } else {
        Converter one = of(this.path, elementType, wanted, value -> element = value);
        repeated = new Steps(new Converter[] {one}, () -> element = null, this::add);
      }
    }

    private void add() {
      if (element == null && !nullable) {
        throw nullIn(path);
      }
      list.add(element);
    }

    @Override
    public Converter getConverter(int fieldIndex) {
      return repeated;
    }

    @Override
    public void start() {
      list = new ArrayList<>();
    }

    @Override
    public void end() {
      sink.accept(list);
    }
  }

  private static final class MapConverter extends GroupConverter {
    private final String path;
    private final boolean nullable;
    private final Converter entries;
    private final Consumer<Object> sink;
    private Map<Object, Object> map = new LinkedHashMap<>();
    private Object key;
    private Object value;

    MapConverter(String path, GroupType map, FieldType wanted, Consumer<Object> sink) {
      this.path = path;
      this.nullable = wanted.getMapValueType().getNullable();
      this.sink = sink;
      GroupType entry = map.getType(0).asGroupType();
      Converter keys =
          of(path + ".key", entry.getType(0), wanted.getMapKeyType(), one -> key = one);
      Converter values =
          of(path + ".value", entry.getType(1), wanted.getMapValueType(), one -> value = one);
      entries = new Steps(new Converter[] {keys, values}, this::startEntry, this::endEntry);
    }

    private void startEntry() {
      key = null;
      value = null;
    }

    private void endEntry() {
      if (key == null || (value == null && !nullable)) {
        throw nullIn(path);
      }
      map.put(key, value);
    }

    @Override
    public Converter getConverter(int fieldIndex) {
      return entries;
    }

    @Override
    public void start() {
      map = new LinkedHashMap<>();
    }

    @Override
    public void end() {
      sink.accept(map);
    }
  }

  private static final class Leaf extends PrimitiveConverter {
    private final ValueDecoder decoder;
    private final PrimitiveType type;
    private final Consumer<Object> sink;
    private Object[] dictionary = new Object[0];

    Leaf(ValueDecoder decoder, Type type, Consumer<Object> sink) {
      this.decoder = decoder;
      this.type = type.asPrimitiveType();
      this.sink = sink;
    }

    /** Decoded values of a dictionary are shared by rows; byte arrays, being mutable, are not. */
    @Override
    public boolean hasDictionarySupport() {
      return type.getPrimitiveTypeName() == PrimitiveTypeName.BINARY
          && ParquetSchemas.scalar(type).getTypeName() != TypeName.BYTES;
    }

    @Override
    public void setDictionary(Dictionary values) {
      dictionary = new Object[values.getMaxId() + 1];
      for (int i = 0; i < dictionary.length; i++) {
        dictionary[i] = decoder.decode(values.decodeToBinary(i));
      }
    }

    @Override
    public void addValueFromDictionary(int id) {
      sink.accept(dictionary[id]);
    }

    @Override
    public void addBinary(Binary value) {
      sink.accept(decoder.decode(value));
    }

    @Override
    public void addBoolean(boolean value) {
      sink.accept(decoder.decode(value));
    }

    @Override
    public void addDouble(double value) {
      sink.accept(decoder.decode(value));
    }

    @Override
    public void addFloat(float value) {
      sink.accept(decoder.decode(value));
    }

    @Override
    public void addInt(int value) {
      sink.accept(decoder.decode(value));
    }

    @Override
    public void addLong(long value) {
      sink.accept(decoder.decode(value));
    }
  }

  /** Returns the part of a file's fields that the wanted schema names. */
  static List<Type> projection(GroupType file, Schema wanted) {
    List<Type> fields = new ArrayList<>();
    for (Type field : file.getFields()) {
      if (!wanted.hasField(field.getName())) {
        continue;
      }
      Field wantedField = wanted.getField(field.getName());
      boolean struct =
          !field.isPrimitive()
              && !field.isRepetition(Repetition.REPEATED)
              && field.getLogicalTypeAnnotation() == null
              && wantedField.getType().getTypeName() == TypeName.ROW;
      if (struct) {
        List<Type> nested = projection(field.asGroupType(), wantedField.getType().getRowSchema());
        // Without a column nobody could tell whether the struct is null.
        fields.add(nested.isEmpty() ? field : field.asGroupType().withNewFields(nested));
      } else {
        fields.add(field);
      }
    }
    return fields;
  }
}
