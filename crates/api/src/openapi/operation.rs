//! What a route says about itself.

use serde_json::{Map, Value, json};

/// The description of one operation, built beside its handler.
#[derive(Clone, Debug)]
pub(crate) struct Operation {
    id: String,
    tag: &'static str,
    summary: String,
    description: String,
    parameters: Vec<Value>,
    body: Option<Value>,
    responses: Map<String, Value>,
}

impl Operation {
    pub(crate) fn new(id: impl Into<String>, tag: &'static str, summary: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            tag,
            summary: summary.into(),
            description: String::new(),
            parameters: Vec::new(),
            body: None,
            responses: Map::new(),
        }
    }

    pub(crate) fn saying(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }

    pub(crate) fn path(self, name: &str, schema: Value, about: &str) -> Self {
        self.parameter("path", name, true, schema, about)
    }

    pub(crate) fn query(self, name: &str, schema: Value, about: &str) -> Self {
        self.parameter("query", name, false, schema, about)
    }

    pub(crate) fn needed_query(self, name: &str, schema: Value, about: &str) -> Self {
        self.parameter("query", name, true, schema, about)
    }

    /// The two parameters of every list.
    pub(crate) fn paged(self) -> Self {
        self.query("limit", super::schema::up_to(1000), "Items on a page, 100 if not given").query(
            "cursor",
            json!({ "type": "string" }),
            "`next` of the page before; the first page without",
        )
    }

    pub(crate) fn json_body(self, schema: &Value) -> Self {
        self.body_of(&[("application/json", schema)])
    }

    pub(crate) fn body_of(mut self, forms: &[(&str, &Value)]) -> Self {
        let content: Map<String, Value> =
            forms.iter().map(|(media_type, schema)| ((*media_type).to_owned(), json!({ "schema": schema }))).collect();
        self.body = Some(json!({ "required": true, "content": content }));
        self
    }

    pub(crate) fn json(self, status: u16, about: &str, schema: &Value) -> Self {
        self.answers(status, about, "application/json", schema)
    }

    pub(crate) fn answers(mut self, status: u16, about: &str, media_type: &str, schema: &Value) -> Self {
        let content = json!({ media_type: { "schema": schema } });
        self.responses.insert(status.to_string(), json!({ "description": about, "content": content }));
        self
    }

    /// True if an answer of that status is described.
    pub(crate) fn has_answer(&self, status: u16) -> bool {
        self.responses.contains_key(&status.to_string())
    }

    /// The same answer in one more form.
    pub(crate) fn or_as(mut self, status: u16, media_type: &str, schema: &Value) -> Self {
        self.responses[&status.to_string()]["content"][media_type] = json!({ "schema": schema });
        self
    }

    /// An answer that says no more than its status.
    pub(crate) fn no_content(mut self, status: u16, about: &str) -> Self {
        self.responses.insert(status.to_string(), json!({ "description": about }));
        self
    }

    pub(crate) fn fails(self, status: u16, about: &str) -> Self {
        self.answers(status, about, "application/problem+json", &super::schema::of("Problem"))
    }

    /// Refused for now: the answer says when to come again.
    pub(crate) fn fails_for_now(self, status: u16, about: &str) -> Self {
        let mut failing = self.fails(status, about);
        failing.responses[&status.to_string()]["headers"] = json!({
            "Retry-After": { "description": "Seconds to wait", "schema": { "type": "integer" } },
        });
        failing
    }

    pub(super) fn described(&self) -> Value {
        let mut described = json!({
            "operationId": self.id,
            "tags": [self.tag],
            "summary": self.summary,
            "parameters": self.parameters,
            "responses": self.responses,
        });
        if !self.description.is_empty() {
            described["description"] = self.description.as_str().into();
        }
        if let Some(body) = &self.body {
            described["requestBody"] = body.clone();
        }
        described
    }

    fn parameter(mut self, place: &str, name: &str, required: bool, schema: Value, about: &str) -> Self {
        let mut parameter = json!({ "name": name, "in": place, "required": required, "description": about });
        parameter["schema"] = schema;
        self.parameters.push(parameter);
        self
    }
}
