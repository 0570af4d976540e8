package io.beamhouse.io.delta.log;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hadoop.fs.Path;

/** Local files, with one failure on demand; while none is armed it serves nothing. */
public final class FailingLogStore implements LogStore {
  /** How the next put of a commit fails. */
  enum Failure {
    NOT_PUT,
    LOST_ANSWER_AFTER_PUT,
    LOST_ANSWER_WITHOUT_PUT,
    LOST_TO_ANOTHER_WITH_LOST_ANSWER
  }

  static final AtomicReference<Failure> ARMED = new AtomicReference<>();

  private final LogStore local = new LocalLogStore();

  @Override
  public boolean supports(String scheme) {
    return scheme.equals("file") && ARMED.get() != null;
  }

  @Override
  public boolean detectsConflicts() {
    return true;
  }

  @Override
  public void putIfAbsent(Path target, Content content) throws IOException {
    Failure failure = CommitFile.isCommit(target.getName()) ? ARMED.getAndSet(null) : null;
    if (failure == null) {
      local.putIfAbsent(target, content);
      return;
    }
    switch (failure) {
      case NOT_PUT -> throw new NotPutException("no space left", new IOException("ENOSPC"));
      case LOST_ANSWER_AFTER_PUT -> local.putIfAbsent(target, content);
      case LOST_TO_ANOTHER_WITH_LOST_ANSWER ->
          local.putIfAbsent(
              target, out -> out.write("{\"commitInfo\":{}}\n".getBytes(StandardCharsets.UTF_8)));
      default -> {}
    }
    throw new IOException("connection reset");
  }

  @Override
  public void replace(Path target, Content content) throws IOException {
    local.replace(target, content);
  }
}
