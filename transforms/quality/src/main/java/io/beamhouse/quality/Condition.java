package io.beamhouse.quality;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serializable;
import java.util.Collection;
import java.util.List;

/** What a row must be like. Null passes every condition but {@link NotNull}. */
sealed interface Condition extends Serializable
    permits NotNull, InRange, InSet, Matches, Length, Castable, InOrder, Compare, Sql, ExistsIn {
  /** The same for conditions that ask the same. */
  ObjectNode canonical();

  /** A name for a rule that was given none. */
  String words();

  /** Returns the checks of this condition; what does not fit becomes problems. */
  List<Check> compile(RuleSchema schema);

  static ObjectNode json() {
    return JsonNodeFactory.instance.objectNode();
  }

  static ArrayNode json(Collection<String> texts) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    texts.forEach(array::add);
    return array;
  }
}
