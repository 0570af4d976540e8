package io.beamhouse.pipelines.report;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** What a page says. It is read as XML, which forgives nothing. */
public final class PageText {
  private final Document document;

  public PageText(String html) {
    try {
      document =
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(new InputSource(new StringReader(html)));
    } catch (Exception e) {
      throw new AssertionError("the page is not well-formed: " + e.getMessage(), e);
    }
  }

  /** The texts of all nodes at {@code path}, wherever they are. */
  public List<String> all(String path) {
    return texts(nodes(document, "//" + path));
  }

  /** The rows of the table with this caption, the heads first. */
  public List<String> table(String caption) {
    return nodes(document, "//table[caption='" + caption + "']//tr").stream()
        .map(row -> String.join(" | ", texts(nodes(row, "th|td"))))
        .toList();
  }

  /** The numbers at the head, each with its name. */
  public List<String> tiles() {
    return nodes(document, "//dl[@class='tiles']/div").stream()
        .map(tile -> String.join(" ", texts(nodes(tile, "dt|dd"))))
        .toList();
  }

  private static List<String> texts(List<Node> nodes) {
    return nodes.stream().map(node -> node.getTextContent().strip()).toList();
  }

  private static List<Node> nodes(Node in, String path) {
    try {
      NodeList found =
          (NodeList)
              XPathFactory.newInstance().newXPath().evaluate(path, in, XPathConstants.NODESET);
      List<Node> nodes = new ArrayList<>();
      for (int i = 0; i < found.getLength(); i++) {
        nodes.add(found.item(i));
      }
      return nodes;
    } catch (XPathExpressionException e) {
      throw new AssertionError(e);
    }
  }
}
