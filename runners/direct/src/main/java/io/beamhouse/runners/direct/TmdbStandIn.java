package io.beamhouse.runners.direct;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The lists of The Movie Database's API, version 3, on this machine; it may be in a bad mood. */
final class TmdbStandIn implements AutoCloseable {
  static final String TOKEN = "demo-token-of-nobody";
  static final int PAGE_SIZE = 20;
  private static final int MOST_PAGES = 500;
  private static final Pattern LIST = Pattern.compile("/3/movie/([a-z_]+)");
  private static final Pattern PAGE = Pattern.compile("(?:.*&)?page=(\\d{1,6})(?:&.*)?");

  /** How the API behaves. */
  enum Mood {
    FAIR,
    /** Every third answer is none: too many requests, an error, half of it, a broken connection. */
    SHAKY,
    /** The second page of the popular movies lacks its last records, and nothing says so. */
    FORGETFUL
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final TmdbMovies movies;
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger bad = new AtomicInteger();
  private volatile Mood mood = Mood.FAIR;

  private TmdbStandIn(HttpServer server, TmdbMovies movies) {
    this.server = server;
    this.movies = movies;
  }

  static TmdbStandIn start(TmdbMovies movies) throws IOException {
    TmdbStandIn api =
        new TmdbStandIn(
            HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0),
            movies);
    api.server.setExecutor(api.threads);
    api.server.createContext("/3/", api::answer);
    api.server.start();
    return api;
  }

  String address() {
    return "http://localhost:" + server.getAddress().getPort() + "/3";
  }

  void is(Mood now) {
    mood = now;
  }

  /** Returns what was asked since the last call. */
  String counts() {
    return requests.getAndSet(0) + " requests, " + bad.getAndSet(0) + " of them not answered well";
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      int number = requests.incrementAndGet();
      if (mood == Mood.SHAKY && number % 3 == 0) {
        bad.incrementAndGet();
        misbehave(exchange, number / 3 % 4);
        return;
      }
      String authorization = exchange.getRequestHeaders().getFirst("Authorization");
      String path = exchange.getRequestURI().getPath();
      Matcher list = LIST.matcher(path);
      if (!("Bearer " + TOKEN).equals(authorization)) {
        refuse(exchange, 401, 7, "Invalid API key: You must be granted a valid key.");
      } else if (path.equals("/3/genre/movie/list")) {
        send(exchange, 200, movies.genreList().toString());
      } else if (list.matches() && TmdbMovies.LISTS.contains(list.group(1))) {
        page(exchange, list.group(1));
      } else {
        refuse(exchange, 404, 34, "The resource you requested could not be found.");
      }
    }
  }

  private void page(HttpExchange exchange, String list) throws IOException {
    String query = exchange.getRequestURI().getRawQuery();
    Matcher given = PAGE.matcher(query == null ? "" : query);
    int number = given.matches() ? Integer.parseInt(given.group(1)) : 1;
    if (number < 1 || number > MOST_PAGES) {
      refuse(exchange, 400, 22, "Invalid page: Pages start at 1 and max at 500.");
      return;
    }
    ObjectNode page = movies.page(list, number, PAGE_SIZE);
    if (mood == Mood.FORGETFUL && list.equals("popular") && number == 2) {
      bad.incrementAndGet();
      ArrayNode results = (ArrayNode) page.get("results");
      while (results.size() > PAGE_SIZE - 3) {
        results.remove(results.size() - 1);
      }
    }
    send(exchange, 200, page.toString());
  }

  private void misbehave(HttpExchange exchange, int how) throws IOException {
    byte[] whole = movies.page("popular", 1, PAGE_SIZE).toString().getBytes(StandardCharsets.UTF_8);
    byte[] half = Arrays.copyOf(whole, whole.length / 2);
    switch (how) {
      case 0 -> {
        exchange.getResponseHeaders().add("Retry-After", "0");
        refuse(exchange, 429, 25, "Your request count is over the allowed limit.");
      }
      case 1 -> send(exchange, 200, new String(half, StandardCharsets.UTF_8));
      case 2 -> {
        exchange.sendResponseHeaders(200, whole.length);
        exchange.getResponseBody().write(half);
      }
      default -> refuse(exchange, 503, 9, "Service offline.");
    }
  }

  private static void refuse(HttpExchange exchange, int status, int code, String message)
      throws IOException {
    send(
        exchange,
        status,
        "{\"success\":false,\"status_code\":" + code + ",\"status_message\":\"" + message + "\"}");
  }

  private static void send(HttpExchange exchange, int status, String json) throws IOException {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json;charset=utf-8");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
