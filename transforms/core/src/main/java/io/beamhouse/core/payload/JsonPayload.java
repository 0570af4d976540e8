package io.beamhouse.core.payload;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.beamhouse.core.Evolving;
import io.beamhouse.core.row.Rescued;
import io.beamhouse.core.row.RowJson;
import io.beamhouse.core.row.RowText.RefusedValueException;
import io.beamhouse.core.row.SchemaContract;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.Field;
import org.apache.beam.sdk.schemas.Schema.FieldType;

/**
 * JSON objects in UTF-8, read as {@link RowJson} reads them: a missing member is NULL.
 *
 * @param members the columns, by the names of the object's members
 * @param unknown what becomes of members that are no columns
 */
@Evolving
public record JsonPayload(Schema members, Unknown unknown) implements PayloadFormat {
  /** What becomes of members that are no columns. */
  @Evolving
  public enum Unknown {
    /** The payload is bad. */
    REFUSE,
    /** They are passed over. */
    IGNORE,
    /** They go to the column {@code _rescued}, as the text of a JSON object; NULL without any. */
    RESCUE
  }

  @Override
  public String name() {
    return "json";
  }

  @Override
  public Schema columns() {
    return unknown == Unknown.RESCUE
        ? Schema.builder()
            .addFields(members.getFields())
            .addNullableStringField(SchemaContract.RESCUED)
            .build()
        : members;
  }

  @Override
  public boolean takesText() {
    return true;
  }

  @Override
  public Reader start() {
    return new ObjectReader();
  }

  private final class ObjectReader implements Reader {
    private final Map<String, Integer> indexes = new HashMap<>();
    private final FieldType[] types = new FieldType[members.getFieldCount()];
    private final boolean[] present = new boolean[types.length];
    private final boolean lenient = unknown == Unknown.IGNORE;
    private final Rescued rescued = new Rescued();

    ObjectReader() {
      for (int i = 0; i < types.length; i++) {
        indexes.put(members.getField(i).getName(), i);
        types[i] = members.getField(i).getType();
      }
    }

    @Override
    public void read(byte[] payload, Object[] row) {
      rescued.take();
      try (JsonParser json = RowJson.valueParser(payload)) {
        members(json, payload, row);
      } catch (JsonProcessingException e) {
        throw RowJson.notJson(e);
      } catch (IOException e) {
        // Bytes that are no UTF-8; a reader in memory fails of nothing else.
        throw new RefusedValueException("not JSON in UTF-8");
      }
    }

    private void members(JsonParser json, byte[] payload, Object[] row) throws IOException {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new RefusedValueException("not an object");
      }
      Arrays.fill(present, false);
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        Integer index = indexes.get(name);
        json.nextToken();
        if (index == null) {
          unknown(name, json, payload);
          continue;
        }
        if (present[index]) {
          throw new RefusedValueException("column " + name + ": there twice");
        }
        present[index] = true;
        try {
          row[index] = RowJson.value(json, types[index], lenient);
        } catch (RefusedValueException e) {
          throw new RefusedValueException("column " + name + ": " + e.getMessage());
        }
      }
      if (json.nextToken() != null) {
        throw new RefusedValueException("text after the end of the JSON value");
      }
      for (int i = 0; i < present.length; i++) {
        if (!present[i] && !types[i].getNullable()) {
          Field field = members.getField(i);
          throw new RefusedValueException("column " + field.getName() + ": missing");
        }
      }
      if (unknown == Unknown.RESCUE) {
        row[types.length] = rescued.take();
      }
    }

    private void unknown(String name, JsonParser json, byte[] payload) throws IOException {
      if (unknown == Unknown.REFUSE) {
        throw new RefusedValueException("a member that the schema does not have");
      }
      int start = (int) json.currentTokenLocation().getByteOffset();
      json.finishToken();
      json.skipChildren();
      if (unknown == Unknown.RESCUE) {
        int end = (int) json.currentLocation().getByteOffset();
        rescued.addJson(name, new String(payload, start, end - start, StandardCharsets.UTF_8));
      }
    }
  }
}
