package io.beamhouse.core.row;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.JsonEOFException;
import io.beamhouse.core.Internal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The elements of one array of a JSON text and the values at some places, each as its own text,
 * without a changed character.
 *
 * <p>The whole text is read, so one that is cut off or is no JSON is found out. Memory: the text
 * and the positions in it.
 */
@Internal
public final class JsonElements {
  /** Messages must not quote what was read. */
  private static final JsonFactory JSON =
      JsonFactory.builder().disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION).build();

  private final String text;
  private final JsonPath array;
  private final List<JsonPath> wanted;
  private final List<int[]> elements = new ArrayList<>();
  private final Map<JsonPath, String> values = new HashMap<>();
  private boolean arrayFound;

  private JsonElements(String text, JsonPath array, List<JsonPath> wanted) {
    this.text = text;
    this.array = array;
    this.wanted = wanted;
  }

  /**
   * Reads a text.
   *
   * @param array whose elements are looked for; null for none
   * @param wanted places whose values are looked for
   * @throws JsonEOFException when it ends too early
   * @throws com.fasterxml.jackson.core.JsonProcessingException when it is no JSON
   */
  public static JsonElements of(String text, JsonPath array, List<JsonPath> wanted)
      throws IOException {
    JsonElements found = new JsonElements(text, array, wanted);
    try (JsonParser parser = JSON.createParser(text)) {
      try {
        found.document(parser);
      } catch (JsonParseException e) {
        if (parser.currentLocation().getCharOffset() >= text.length()) {
          throw new JsonEOFException(parser, null, "ends too early");
        }
        throw e;
      }
    }
    return found;
  }

  private void document(JsonParser parser) throws IOException {
    if (parser.nextToken() == null) {
      throw new JsonEOFException(parser, null, "nothing but space");
    }
    value(parser, List.of());
    if (parser.nextToken() != null) {
      throw new JsonParseException(parser, "more than one document");
    }
  }

  /** Whether there is an array where one is looked for. */
  public boolean hasArray() {
    return arrayFound;
  }

  public int count() {
    return elements.size();
  }

  /** The text of element {@code index}, from 0. */
  public String element(int index) {
    int[] ends = elements.get(index);
    return text.substring(ends[0], ends[1]);
  }

  /** A text without its quotes, anything else as it stands; empty when it is null or not there. */
  public Optional<String> value(JsonPath path) {
    return Optional.ofNullable(values.get(path));
  }

  private void value(JsonParser parser, List<String> at) throws IOException {
    JsonPath here = new JsonPath(at);
    boolean asked = wanted.contains(here);
    JsonToken token = parser.currentToken();
    int start = (int) parser.currentTokenLocation().getCharOffset();
    if (token == JsonToken.START_ARRAY && here.equals(array)) {
      elements(parser);
    } else if (token == JsonToken.START_OBJECT && leadsOn(at)) {
      members(parser, at);
    } else {
      parser.skipChildren();
    }
    if (asked && token != JsonToken.VALUE_NULL) {
      boolean scalar = token.isScalarValue();
      values.put(here, scalar ? parser.getText() : text.substring(start, end(parser)));
    }
    parser.finishToken();
  }

  /** Whether something that is looked for lies below. */
  private boolean leadsOn(List<String> at) {
    return (array != null && below(array, at)) || wanted.stream().anyMatch(p -> below(p, at));
  }

  private static boolean below(JsonPath path, List<String> at) {
    return path.names().size() > at.size() && path.names().subList(0, at.size()).equals(at);
  }

  private void members(JsonParser parser, List<String> at) throws IOException {
    List<String> name = new ArrayList<>(at);
    name.add("");
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      name.set(at.size(), parser.currentName());
      parser.nextToken();
      value(parser, List.copyOf(name));
    }
  }

  private void elements(JsonParser parser) throws IOException {
    arrayFound = true;
    elements.clear();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      int start = (int) parser.currentTokenLocation().getCharOffset();
      parser.skipChildren();
      elements.add(new int[] {start, end(parser)});
    }
  }

  /** Where the token that has just been read ends. */
  private static int end(JsonParser parser) throws IOException {
    parser.finishToken();
    return (int) parser.currentLocation().getCharOffset();
  }
}
