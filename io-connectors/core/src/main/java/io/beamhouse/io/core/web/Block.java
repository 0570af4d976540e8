package io.beamhouse.io.core.web;

import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/** Takes a part of an answer's body and lets go of the rest, so that memory is bounded. */
final class Block implements HttpResponse.BodySubscriber<byte[]> {
  private final CompletableFuture<byte[]> result = new CompletableFuture<>();
  private final byte[] bytes;
  private long skip;
  private int filled;
  private Flow.Subscription subscription;

  Block(long skip, int length) {
    this.skip = skip;
    this.bytes = new byte[length];
  }

  @Override
  public CompletionStage<byte[]> getBody() {
    return result;
  }

  @Override
  public void onSubscribe(Flow.Subscription to) {
    subscription = to;
    to.request(1);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    for (ByteBuffer buffer : buffers) {
      int passed = (int) Math.min(skip, buffer.remaining());
      skip -= passed;
      buffer.position(buffer.position() + passed);
      int taken = Math.min(buffer.remaining(), bytes.length - filled);
      buffer.get(bytes, filled, taken);
      filled += taken;
    }
    // To the end where it is near, since a connection that is left early is lost.
    subscription.request(1);
    if (filled == bytes.length && skip == 0 && !result.isDone()) {
      result.complete(bytes);
    }
  }

  @Override
  public void onError(Throwable failure) {
    result.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    result.complete(Arrays.copyOf(bytes, filled));
  }
}
