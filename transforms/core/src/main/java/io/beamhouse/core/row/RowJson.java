package io.beamhouse.core.row;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.UTF8StreamJsonParser;
import io.beamhouse.core.Evolving;
import io.beamhouse.core.row.RowText.RefusedValueException;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.Field;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;

/**
 * Field values as JSON, both ways, without loss.
 *
 * <p>Rows and maps are objects (a map's keys as {@link RowText}), numbers are numbers with all
 * their digits, NaN and the infinities strings, everything else strings as {@link RowText}. Reading
 * takes a decimal as a string, too. A missing member is NULL; an unknown or repeated one is
 * refused.
 */
@Evolving
public final class RowJson {
  private static final JsonFactory STRICT =
      factory().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /** Reading with a type notices what is repeated by itself, in a third less time. */
  private static final JsonFactory FACTORY = factory().build();

  private RowJson() {}

  private static JsonFactoryBuilder factory() {
    return new JsonFactoryBuilder()
        // The length of a record is bounded by its reader.
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxStringLength(Integer.MAX_VALUE)
                .maxNumberLength(100_000)
                .build());
  }

  public static String write(Object value, FieldType type) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(text)) {
      write(json, value, type);
    } catch (IOException e) {
      throw new IllegalStateException("a writer in memory failed", e);
    }
    return text.toString();
  }

  public static Object read(String text, FieldType type) {
    try (JsonParser json = FACTORY.createParser(text)) {
      json.nextToken();
      Object value = read(json, type, false);
      if (json.nextToken() != null) {
        throw new RefusedValueException("text after the end of the JSON value");
      }
      return value;
    } catch (JsonProcessingException e) {
      throw notJson(e);
    } catch (IOException e) {
      throw new IllegalStateException("a reader in memory failed", e);
    }
  }

  /** Returns a parser that refuses repeated members, also in what is skipped. */
  public static JsonParser parser(String text) throws IOException {
    return STRICT.createParser(text);
  }

  /**
   * Returns a parser for {@link #value}.
   *
   * @throws RefusedValueException for UTF-16 and UTF-32, which Jackson would take, too: their
   *     positions are none in {@code utf8}
   */
  public static JsonParser valueParser(byte[] utf8) throws IOException {
    JsonParser parser = FACTORY.createParser(utf8);
    if (!(parser instanceof UTF8StreamJsonParser)) {
      parser.close();
      throw new RefusedValueException("not JSON in UTF-8");
    }
    return parser;
  }

  /**
   * Returns the value at which {@code json} stands, and leaves it at the value's last token.
   *
   * @param lenient whether members that the type does not have are passed over
   */
  public static Object value(JsonParser json, FieldType type, boolean lenient) throws IOException {
    return read(json, type, lenient);
  }

  /** Returns what is wrong with a text that is no JSON; Jackson's own message quotes the text. */
  public static RefusedValueException notJson(JsonProcessingException e) {
    if (e instanceof StreamConstraintsException) {
      return new RefusedValueException(
          "JSON beyond what is read: nested deeper than "
              + StreamReadConstraints.DEFAULT_MAX_DEPTH
              + ", or a name or number of too many characters");
    }
    return new RefusedValueException(
        "not JSON" + (e.getLocation() == null ? "" : ", column " + e.getLocation().getColumnNr()));
  }

  private static void write(JsonGenerator json, Object value, FieldType type) throws IOException {
    if (value == null) {
      json.writeNull();
      return;
    }
    switch (type.getTypeName()) {
      case BOOLEAN -> json.writeBoolean((Boolean) value);
      case BYTE, INT16, INT32, INT64, DECIMAL -> json.writeNumber(RowText.write(value, type));
      case FLOAT, DOUBLE -> {
        if (Double.isFinite(((Number) value).doubleValue())) {
          json.writeNumber(value.toString());
        } else {
          json.writeString(value.toString());
        }
      }
      case ARRAY, ITERABLE -> {
        json.writeStartArray();
        for (Object element : (Iterable<?>) value) {
          write(json, element, type.getCollectionElementType());
        }
        json.writeEndArray();
      }
      case MAP -> {
        json.writeStartObject();
        for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
          json.writeFieldName(RowText.write(entry.getKey(), type.getMapKeyType()));
          write(json, entry.getValue(), type.getMapValueType());
        }
        json.writeEndObject();
      }
      case ROW -> {
        Row row = (Row) value;
        json.writeStartObject();
        for (int i = 0; i < row.getFieldCount(); i++) {
          Field field = row.getSchema().getField(i);
          json.writeFieldName(field.getName());
          write(json, row.getValue(i), field.getType());
        }
        json.writeEndObject();
      }
      case LOGICAL_TYPE -> {
        String text = RowText.write(value, type);
        if (value instanceof Number) {
          json.writeNumber(text);
        } else {
          json.writeString(text);
        }
      }
      default -> json.writeString(RowText.write(value, type));
    }
  }

  private static Object read(JsonParser json, FieldType type, boolean lenient) throws IOException {
    JsonToken token = json.currentToken();
    if (token == JsonToken.VALUE_NULL) {
      if (!type.getNullable()) {
        throw new RefusedValueException("NULL, which is not allowed here");
      }
      return null;
    }
    return switch (type.getTypeName()) {
      case ROW -> row(json, type.getRowSchema(), lenient);
      case ARRAY, ITERABLE -> array(json, type, lenient);
      case MAP -> map(json, type, lenient);
      case BOOLEAN -> {
        expect(token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE, "true or false");
        yield json.getBooleanValue();
      }
      case BYTE, INT16, INT32, INT64 -> {
        expect(token == JsonToken.VALUE_NUMBER_INT, "an integer");
        yield integer(json, type);
      }
      case FLOAT, DOUBLE -> {
        boolean special = token == JsonToken.VALUE_STRING && !number(json.getText());
        expect(token.isNumeric() || special, "a number");
        yield RowText.read(json.getText(), type);
      }
      case DECIMAL -> decimal(json, token, type);
      case LOGICAL_TYPE ->
          RowTypes.isFixedDecimal(type) ? decimal(json, token, type) : string(json, token, type);
      default -> string(json, token, type);
    };
  }

  private static Object integer(JsonParser json, FieldType type) throws IOException {
    return type.getTypeName() == Schema.TypeName.INT64
            && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER
        ? (Object) json.getLongValue()
        : RowText.read(json.getText(), type);
  }

  private static boolean number(String text) {
    return !text.isEmpty() && "0123456789.".indexOf(text.charAt(text.length() - 1)) >= 0;
  }

  private static Object decimal(JsonParser json, JsonToken token, FieldType type)
      throws IOException {
    expect(token.isNumeric() || token == JsonToken.VALUE_STRING, "a number");
    return RowText.read(json.getText(), type);
  }

  private static Object string(JsonParser json, JsonToken token, FieldType type)
      throws IOException {
    expect(token == JsonToken.VALUE_STRING, "a string");
    return RowText.read(json.getText(), type);
  }

  private static List<Object> array(JsonParser json, FieldType type, boolean lenient)
      throws IOException {
    expect(json.currentToken() == JsonToken.START_ARRAY, "an array");
    List<Object> values = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      values.add(read(json, type.getCollectionElementType(), lenient));
    }
    return values;
  }

  private static Map<Object, Object> map(JsonParser json, FieldType type, boolean lenient)
      throws IOException {
    expect(json.currentToken() == JsonToken.START_OBJECT, "an object");
    Map<Object, Object> values = new LinkedHashMap<>();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      Object key = RowText.read(json.currentName(), type.getMapKeyType());
      json.nextToken();
      if (values.containsKey(key)) {
        throw repeated();
      }
      values.put(key, read(json, type.getMapValueType(), lenient));
    }
    return values;
  }

  private static Row row(JsonParser json, Schema schema, boolean lenient) throws IOException {
    expect(json.currentToken() == JsonToken.START_OBJECT, "an object");
    Object[] values = new Object[schema.getFieldCount()];
    boolean[] present = new boolean[values.length];
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = json.currentName();
      if (!schema.hasField(name)) {
        if (!lenient) {
          throw unknown();
        }
        json.nextToken();
        json.skipChildren();
        continue;
      }
      int i = schema.indexOf(name);
      if (present[i]) {
        throw repeated();
      }
      json.nextToken();
      try {
        values[i] = read(json, schema.getField(i).getType(), lenient);
      } catch (RefusedValueException e) {
        throw new RefusedValueException("column " + name + ": " + e.getMessage());
      }
      present[i] = true;
    }
    for (int i = 0; i < values.length; i++) {
      Field field = schema.getField(i);
      if (!present[i] && !field.getType().getNullable()) {
        throw new RefusedValueException("column " + field.getName() + ": missing");
      }
    }
    return Row.withSchema(schema).attachValues(Arrays.asList(values));
  }

  static RefusedValueException unknown() {
    return new RefusedValueException("a member that the schema does not have");
  }

  static RefusedValueException repeated() {
    return new RefusedValueException("a member that is there twice");
  }

  private static void expect(boolean met, String what) {
    if (!met) {
      throw new RefusedValueException("not " + what);
    }
  }
}
