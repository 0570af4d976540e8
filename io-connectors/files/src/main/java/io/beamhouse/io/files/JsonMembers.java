package io.beamhouse.io.files;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.beamhouse.core.row.Rescued;
import io.beamhouse.core.row.RowJson;
import io.beamhouse.core.row.RowText.RefusedValueException;
import io.beamhouse.core.row.SchemaContract;
import io.beamhouse.core.row.SchemaContract.Drift;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.Field;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;

/**
 * JSON objects as values of a schema.
 *
 * <p>Formats and the schema contract hold for the object's own members, not for what is nested in
 * them. An object that simply fits is read in one go; only another one is taken apart.
 */
final class JsonMembers {
  private final Schema columns;
  private final FieldType type;
  private final SchemaContract contract;
  private final int width;
  private final boolean always;
  private final ValueFormat[] formats;
  private final Rescued rescued = new Rescued();

  /**
   * @param rows the columns, and the one for what is rescued where the rules have one
   */
  JsonMembers(Schema rows, ReadRules rules) {
    this.columns = rules.columns(rows);
    this.type = FieldType.row(columns);
    this.contract = rules.contract();
    this.width = rows.getFieldCount();
    this.always =
        !rules.formats().isEmpty()
            || contract.missingColumn() == Drift.FREEZE
            || contract.missingColumn() == Drift.QUARANTINE;
    this.formats =
        columns.getFields().stream()
            .map(f -> rules.formats().containsKey(f.getName()) ? rules.reader(f) : null)
            .toArray(ValueFormat[]::new);
  }

  /**
   * Returns the values of the rows' schema.
   *
   * @throws RefusedValueException when the text is no such object
   * @throws ContractBrokenException when the contract says so
   */
  List<Object> read(String text) {
    if (!always) {
      try {
        List<Object> values = ((Row) RowJson.read(text, type)).getValues();
        return width == values.size() ? values : Arrays.asList(values.toArray(new Object[width]));
      } catch (RefusedValueException e) {
        if (!contract.exists()) {
          throw e;
        }
      }
    }
    rescued.take();
    try (JsonParser json = RowJson.parser(text)) {
      return members(json, text);
    } catch (JsonProcessingException e) {
      throw RowJson.notJson(e);
    } catch (IOException e) {
      throw new IllegalStateException("a reader in memory failed", e);
    }
  }

  private List<Object> members(JsonParser json, String text) throws IOException {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw new RefusedValueException("not an object");
    }
    Object[] values = new Object[width];
    boolean[] present = new boolean[columns.getFieldCount()];
    ContractBrokenException broken = null;
    RefusedValueException refused = null;
    // To the end in any case: what is no JSON at all is that before it is anything else.
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = json.currentName();
      JsonToken token = json.nextToken();
      int start = (int) json.currentTokenLocation().getCharOffset();
      String string = token == JsonToken.VALUE_STRING ? json.getText() : null;
      json.finishToken();
      json.skipChildren();
      String value = text.substring(start, (int) json.currentLocation().getCharOffset());
      try {
        if (columns.hasField(name)) {
          int i = columns.indexOf(name);
          present[i] = true;
          values[i] = member(columns.getField(i), formats[i], string, value);
        } else {
          unknown(name, value);
        }
      } catch (ContractBrokenException e) {
        broken = broken == null || e.refused() ? e : broken;
      } catch (RefusedValueException e) {
        refused = e;
      }
    }
    if (json.nextToken() != null) {
      throw new RefusedValueException("text after the end of the JSON value");
    }
    if (broken != null) {
      throw broken;
    }
    if (refused != null) {
      throw refused;
    }
    checkPresent(present);
    if (contract.rescues()) {
      values[width - 1] = rescued.take();
    }
    return Arrays.asList(values);
  }

  private Object member(Field field, ValueFormat format, String string, String value) {
    boolean isNull = value.equals("null");
    try {
      if (format != null && !isNull) {
        return format.read(string == null ? value : string);
      }
      return RowJson.read(value, field.getType());
    } catch (RefusedValueException e) {
      String message = "column " + field.getName() + ": " + e.getMessage();
      if (isNull) {
        throw new RefusedValueException(message);
      }
      switch (contract.typeChange()) {
        case FREEZE -> throw broken(ContractBrokenException.TYPE_CHANGE, message, true);
        case RESCUE -> {
          if (field.getType().getNullable()) {
            rescued.addJson(field.getName(), value);
            return null;
          }
        }
        default -> {}
      }
      throw new RefusedValueException(message);
    }
  }

  private void unknown(String name, String value) {
    switch (contract.newColumn()) {
      case RESCUE -> rescued.addJson(name, value);
      case FREEZE, QUARANTINE ->
          throw broken(
              ContractBrokenException.NEW_COLUMN,
              "the schema has no column "
                  + name
                  + "; it has: "
                  + String.join(",", columns.getFieldNames()),
              contract.newColumn() == Drift.FREEZE);
      default -> throw new RefusedValueException("a member that the schema does not have");
    }
  }

  private void checkPresent(boolean[] present) {
    for (int i = 0; i < present.length; i++) {
      Field field = columns.getField(i);
      if (present[i]) {
        continue;
      }
      String message = "column " + field.getName() + ": missing";
      switch (contract.missingColumn()) {
        case FREEZE, QUARANTINE ->
            throw broken(
                ContractBrokenException.MISSING_COLUMN,
                message,
                contract.missingColumn() == Drift.FREEZE);
        default -> {
          if (!field.getType().getNullable()) {
            throw new RefusedValueException(message);
          }
        }
      }
    }
  }

  private static ContractBrokenException broken(String rule, String message, boolean refused) {
    return new ContractBrokenException(rule, message, refused);
  }
}
