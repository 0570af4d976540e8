package io.beamhouse.runners.direct;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A web server on this machine for the demo's files; counts who asks for what. */
final class DemoWebFiles implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, byte[]> files = new ConcurrentHashMap<>();
  private final AtomicInteger looks = new AtomicInteger();
  private final AtomicInteger fetches = new AtomicInteger();

  private DemoWebFiles(HttpServer server) {
    this.server = server;
  }

  static DemoWebFiles start() throws IOException {
    DemoWebFiles files =
        new DemoWebFiles(
            HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
    files.server.setExecutor(files.threads);
    files.server.createContext("/", files::answer);
    files.server.start();
    return files;
  }

  String address() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  /** Publishes a resource, in place of what had the name. */
  void publish(String resource, String name, Path copy) throws IOException {
    try (InputStream in = DemoWebFiles.class.getClassLoader().getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException("no resource " + resource);
      }
      byte[] content = in.readAllBytes();
      Files.createDirectories(copy);
      Files.write(copy.resolve(name), content);
      files.put("/" + name, content);
    }
  }

  /** Returns how often files were looked at (HEAD) and fetched (GET) since the last call. */
  String counts() {
    return looks.getAndSet(0) + " HEAD, " + fetches.getAndSet(0) + " GET";
  }

  int fetches() {
    return fetches.get();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      boolean get = exchange.getRequestMethod().equals("GET");
      (get ? fetches : looks).incrementAndGet();
      byte[] content = files.get(exchange.getRequestURI().getPath());
      if (content == null) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      exchange.getResponseHeaders().add("ETag", "\"" + Arrays.hashCode(content) + "\"");
      if (!get) {
        exchange.getResponseHeaders().add("Content-Length", String.valueOf(content.length));
        exchange.sendResponseHeaders(200, -1);
        return;
      }
      String range = exchange.getRequestHeaders().getFirst("Range");
      byte[] part = range == null ? content : part(content, range);
      exchange.sendResponseHeaders(range == null ? 200 : 206, part.length);
      exchange.getResponseBody().write(part);
    }
  }

  private static byte[] part(byte[] content, String range) {
    String[] ends = range.substring("bytes=".length()).split("-", -1);
    int to = Math.min(content.length, Integer.parseInt(ends[1]) + 1);
    return Arrays.copyOfRange(content, Integer.parseInt(ends[0]), to);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
