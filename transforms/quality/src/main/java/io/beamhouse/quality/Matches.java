package io.beamhouse.quality;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.beam.sdk.values.Row;

/**
 * @param regex a Java pattern that the whole text must match
 */
record Matches(String column, String regex) implements Condition {
  @Override
  public ObjectNode canonical() {
    return Condition.json().put("column", column).put("matches", regex);
  }

  @Override
  public String words() {
    return "matches(" + column + ")";
  }

  @Override
  public List<Check> compile(RuleSchema schema) {
    int index = schema.index(column, "column", k -> k == ColumnKind.TEXT, "matches is for texts");
    Pattern pattern = null;
    try {
      pattern = Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      schema.problem("matches", "not a regular expression: " + e.getDescription());
    }
    return index < 0 || pattern == null
        ? List.of()
        : List.of(new Differs(index, column, pattern.matcher("")));
  }

  private static final class Differs extends Check {
    private final int index;
    private final Matcher matcher;

    Differs(int index, String column, Matcher matcher) {
      super(column, column + " does not match " + matcher.pattern());
      this.index = index;
      this.matcher = matcher;
    }

    @Override
    boolean fails(Row row) {
      String text = row.getValue(index);
      return text != null && !matcher.reset(text).matches();
    }
  }
}
