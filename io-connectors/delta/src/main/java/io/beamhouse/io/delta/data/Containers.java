package io.beamhouse.io.delta.data;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Applies functions inside arrays and maps; a null function leaves values as they are. */
final class Containers {
  private Containers() {}

  static UnaryOperator<Object> elements(UnaryOperator<Object> one) {
    if (one == null) {
      return null;
    }
    return value -> {
      List<Object> list = new ArrayList<>();
      for (Object element : (Iterable<?>) value) {
        list.add(element == null ? null : one.apply(element));
      }
      return list;
    };
  }

  static UnaryOperator<Object> entries(UnaryOperator<Object> key, UnaryOperator<Object> one) {
    if (key == null && one == null) {
      return null;
    }
    return value -> {
      Map<Object, Object> map = new LinkedHashMap<>();
      ((Map<?, ?>) value)
          .forEach(
              (k, v) ->
                  map.put(
                      key == null ? k : key.apply(k), one == null || v == null ? v : one.apply(v)));
      return map;
    };
  }
}
