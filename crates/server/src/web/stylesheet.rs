//! The style sheet: a file a component, put together when the binary is built, in layers of which the later one prevails.

/// One layer of its components. Within it, what stands behind prevails.
macro_rules! layer {
    ($name:literal: $($component:literal)+) => {
        concat!("@layer ", $name, " {\n", $(include_str!(concat!("style/", $component, ".css")),)+ "}\n")
    };
}

/// What the browser asks for as `/assets/app.css`.
pub const SHEET: &str = concat!(
    "@layer tokens, base, frame, parts, phone, print;\n",
    layer!("tokens": "tokens"),
    layer!("base": "base" "lists"),
    layer!("frame": "frame" "crumbs" "side" "finder"),
    layer!(
        "parts": "text" "boxes" "notice" "rows" "forms" "buttons" "confirm" "tables" "cards" "search"
            "badge" "facts" "figures" "steps" "timeline" "programme" "chart" "tabs" "letter"
            "swatches" "hall" "roll" "group" "month"
    ),
    layer!("phone": "phone" "exam"),
    layer!("print": "print"),
);

#[cfg(test)]
mod tests {
    use super::SHEET;

    #[test]
    fn every_component_is_in_the_sheet_and_the_sheet_stays_small() {
        for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/web/style")).unwrap() {
            let path = entry.unwrap().path();
            assert!(SHEET.contains(&std::fs::read_to_string(&path).unwrap()), "{}", path.display());
        }
        assert!(SHEET.len() < 30_000, "{}", SHEET.len());
    }
}
