import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import de.fraunhofer.iosb.ilt.frostserver.messagebus.MessageBusFactory;
import de.fraunhofer.iosb.ilt.frostserver.mqtt.MqttManager;
import de.fraunhofer.iosb.ilt.frostserver.path.UrlHelper;
import de.fraunhofer.iosb.ilt.frostserver.path.Version;
import de.fraunhofer.iosb.ilt.frostserver.persistence.PersistenceManagerFactory;
import de.fraunhofer.iosb.ilt.frostserver.service.PluginManager;
import de.fraunhofer.iosb.ilt.frostserver.service.PluginService;
import de.fraunhofer.iosb.ilt.frostserver.service.Service;
import de.fraunhofer.iosb.ilt.frostserver.service.ServiceRequest;
import de.fraunhofer.iosb.ilt.frostserver.service.ServiceRequestBuilder;
import de.fraunhofer.iosb.ilt.frostserver.service.ServiceResponseDefault;
import de.fraunhofer.iosb.ilt.frostserver.settings.CoreSettings;
import de.fraunhofer.iosb.ilt.frostserver.util.HttpMethod;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Executors;
import java.util.zip.GZIPOutputStream;

/** FROST-Server from its libraries, behind the HTTP server of the JDK: java -cp "jars/*" Frost.java PATH PORT FOLDER */
public class Frost {
  private static CoreSettings settings;
  private static String root;

  public static void main(String[] args) throws Exception {
    root = args[0];
    Properties properties = new Properties();
    System.getenv().forEach((name, value) -> properties.setProperty(name.replace('_', '.'), value));
    properties.setProperty("tempPath", args[2]);
    settings = new CoreSettings(properties);
    PersistenceManagerFactory.init(settings);
    PersistenceManagerFactory.getInstance(settings);
    MessageBusFactory.createMessageBus(settings);
    MqttManager mqtt = new MqttManager(settings);
    settings.getMessageBus().addMessageListener(mqtt);
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[1])), 100);
    server.createContext(root, Frost::answer);
    server.setExecutor(Executors.newFixedThreadPool(16));
    server.start();
    System.out.println("STARTED");
  }

  private static void answer(HttpExchange exchange) throws IOException {
    ServiceResponseDefault response;
    try {
      response = execute(exchange);
    } catch (IllegalArgumentException error) {
      response = new ServiceResponseDefault(400, error.getMessage());
    } catch (Exception error) {
      error.printStackTrace();
      response = new ServiceResponseDefault(500, String.valueOf(error.getMessage()));
    }
    send(exchange, response);
  }

  private static ServiceResponseDefault execute(HttpExchange exchange) throws Exception {
    String raw = exchange.getRequestURI().getRawPath().substring(root.length());
    // a plus in a path is a plus
    String info = URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8);
    int slash = info.indexOf('/', 1);
    String path = slash > 0 ? info.substring(slash) : "";
    String name = info.isEmpty() ? "" : slash > 0 ? info.substring(1, slash) : info.substring(1);
    PluginManager plugins = settings.getPluginManager();
    Version version = plugins.getVersion(name);
    PluginService plugin = version == null ? null : plugins.getServiceForPath(version, path);
    if (plugin == null) return new ServiceResponseDefault(404, "Not Found");
    Headers headers = exchange.getRequestHeaders();
    String method = exchange.getRequestMethod();
    String type = headers.getFirst("Content-Type");
    String request = plugin.getRequestTypeFor(version, path, HttpMethod.fromString(method), type);
    if (request == null) throw new IllegalArgumentException("Unhandled request; Method " + method + ", path " + path);
    String query = exchange.getRequestURI().getRawQuery();
    Map<String, List<String>> parameters = UrlHelper.splitQuery(query);
    if (headers.getFirst("Accept") != null) parameters.putIfAbsent("Accept", List.of(headers.getFirst("Accept")));
    LinkedHashMap<String, String> prefer = new LinkedHashMap<>();
    for (String value : headers.getOrDefault("Prefer", List.of())) UrlHelper.decodePrefer(value, prefer);
    prefer.forEach((key, value) -> parameters.putIfAbsent(key, List.of(value)));
    ServiceRequest asked = new ServiceRequestBuilder(settings, version)
        .withRequestType(request).withUrlPath(path)
        .withUrlQuery(query == null ? null : URLDecoder.decode(query, StandardCharsets.UTF_8))
        .withContent(exchange.getRequestBody()).withContentType(type).withParameterMap(parameters)
        .build();
    ServiceResponseDefault response = new ServiceResponseDefault();
    PluginService answers = plugins.getServiceForRequestType(version, asked.getRequestType());
    try (Service service = new Service(settings)) {
      ServiceRequest.LOCAL_REQUEST.set(asked);
      answers.execute(service, asked, response);
    } finally {
      ServiceRequest.LOCAL_REQUEST.remove();
    }
    return response;
  }

  private static void send(HttpExchange exchange, ServiceResponseDefault response) throws IOException {
    String text = response.getWriter().toString();
    if (!response.isSuccessful() && response.getMessage() != null) text += response.getMessage();
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    Headers headers = exchange.getResponseHeaders();
    response.getHeaders().forEach(headers::set);
    String type = response.getContentType();
    headers.set("Content-Type", (type == null ? "application/json" : type).contains("charset") ? type : (type == null ? "application/json" : type) + ";charset=UTF-8");
    int code = response.getCode() == 0 ? 200 : response.getCode();
    exchange.sendResponseHeaders(code, body.length == 0 ? -1 : body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      if (body.length > 0) out.write(body);
    }
    exchange.close();
  }
}
