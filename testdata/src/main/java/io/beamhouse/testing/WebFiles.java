package io.beamhouse.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.beamhouse.core.Evolving;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A web server of files in memory, on this machine, that counts and can have bad moments.
 *
 * <p>It answers HEAD and GET, knows ranges and conditions on the ETag, which is a hash of the
 * content. Each {@link Fault} given to {@link #next} is the answer to one GET.
 */
@Evolving
public final class WebFiles implements AutoCloseable {
  private static final String LAST_MODIFIED = "Sat, 21 Nov 2026 10:00:00 GMT";

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, byte[]> files = new ConcurrentHashMap<>();
  private final Queue<Fault> faults = new ConcurrentLinkedQueue<>();
  private final AtomicInteger gets = new AtomicInteger();
  private final AtomicInteger heads = new AtomicInteger();
  private volatile boolean ranges = true;

  /** What goes wrong with one answer. */
  @Evolving
  public enum Fault {
    /** 503. */
    BUSY,
    /** 429 that asks to come back at once. */
    TOO_MANY,
    /** 403. */
    FORBIDDEN,
    /** The connection breaks in the middle of the body. */
    CUT,
    /** The body ends early, and the length says so, too. */
    SHORT
  }

  private WebFiles(HttpServer server) {
    this.server = server;
  }

  public static WebFiles start() throws IOException {
    WebFiles files =
        new WebFiles(
            HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
    files.server.setExecutor(files.threads);
    files.server.createContext("/", files::answer);
    files.server.start();
    return files;
  }

  /** The address below which the files are, without a slash at its end. */
  public String address() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  public void put(String name, byte[] content) {
    files.put("/" + name, content);
  }

  public void remove(String name) {
    files.remove("/" + name);
  }

  /** The next GETs get these answers. */
  public void next(Fault... upcoming) {
    faults.addAll(Arrays.asList(upcoming));
  }

  /** From now on every answer is the whole file. */
  public void withoutRanges() {
    ranges = false;
  }

  /** How many GETs came so far. */
  public int gets() {
    return gets.get();
  }

  /** How many HEADs came so far. */
  public int heads() {
    return heads.get();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      boolean get = exchange.getRequestMethod().equals("GET");
      (get ? gets : heads).incrementAndGet();
      byte[] content = files.get(exchange.getRequestURI().getPath());
      Fault fault = get ? faults.poll() : null;
      if (fault == Fault.BUSY) {
        exchange.sendResponseHeaders(503, -1);
      } else if (fault == Fault.TOO_MANY) {
        exchange.getResponseHeaders().add("Retry-After", "0");
        exchange.sendResponseHeaders(429, -1);
      } else if (fault == Fault.FORBIDDEN) {
        exchange.sendResponseHeaders(403, -1);
      } else if (content == null) {
        exchange.sendResponseHeaders(404, -1);
      } else {
        answer(exchange, content, get, fault);
      }
    }
  }

  private void answer(HttpExchange exchange, byte[] content, boolean get, Fault fault)
      throws IOException {
    String etag = "\"" + Integer.toHexString(Arrays.hashCode(content)) + "\"";
    exchange.getResponseHeaders().add("ETag", etag);
    exchange.getResponseHeaders().add("Last-Modified", LAST_MODIFIED);
    if (!get) {
      exchange.getResponseHeaders().add("Content-Length", String.valueOf(content.length));
      exchange.sendResponseHeaders(200, -1);
      return;
    }
    String wanted = exchange.getRequestHeaders().getFirst("If-Match");
    if (wanted != null && !wanted.equals(etag)) {
      exchange.sendResponseHeaders(412, -1);
      return;
    }
    String range = ranges ? exchange.getRequestHeaders().getFirst("Range") : null;
    byte[] part = content;
    if (range != null) {
      String[] ends = range.substring("bytes=".length()).split("-", -1);
      int from = Integer.parseInt(ends[0]);
      int to = Math.min(content.length - 1, Integer.parseInt(ends[1]));
      part = Arrays.copyOfRange(content, from, to + 1);
      exchange
          .getResponseHeaders()
          .add("Content-Range", "bytes " + from + "-" + to + "/" + content.length);
    }
    if (fault == Fault.SHORT) {
      part = Arrays.copyOf(part, part.length / 2);
    }
    exchange.sendResponseHeaders(range == null ? 200 : 206, part.length);
    OutputStream body = exchange.getResponseBody();
    try {
      if (fault == Fault.CUT) {
        // Closing the exchange with too few bytes closes the connection; closing the body does not.
        body.write(part, 0, part.length / 2);
        body.flush();
        return;
      }
      body.write(part);
      body.close();
    } catch (IOException e) {
      if (!gone(e)) {
        throw e;
      }
    }
  }

  /** Readers may go before the end. */
  private static boolean gone(IOException e) {
    String message = String.valueOf(e.getMessage()).toLowerCase(java.util.Locale.ROOT);
    return message.contains("pipe") || message.contains("reset") || message.contains("closed");
  }

  /** Puts a text. */
  public void put(String name, String text) {
    put(name, text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
