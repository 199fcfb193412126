//! The plans in force, in the form the folds need.

use std::collections::BTreeMap;
use std::sync::Arc;

use linkage::LinkageModel;
use model::{
    Document, DocumentKind, IdentityRules, Invalid, JourneyPlan, JourneyRule, Mapping, MappingPlan, Touchpoint,
    check_body,
};
use serde::de::DeserializeOwned;
use serde_json::Value;
use store::Plans;

use crate::EngineError;
use crate::known::{Known, check_nesting, check_place, check_removal};

/// The name under which the one mapping and the one set of identity rules are kept.
pub(crate) const THE_ONE: &str = "default";

/// What the documents say at one moment.
#[derive(Clone, Debug)]
pub(crate) struct AppliedPlans {
    /// Grows with any change of any document.
    pub(crate) revision: u64,
    pub(crate) mapping: Arc<Mapping>,
    /// 0 if there is no mapping document.
    pub(crate) mapping_version: u32,
    pub(crate) identity: IdentityRules,
    /// 0 if there is no identity document and the built-in rules hold.
    pub(crate) identity_version: u32,
    pub(crate) touchpoints: BTreeMap<String, Touchpoint>,
}

impl AppliedPlans {
    /// The plans as they are now.
    pub(crate) fn load(plans: &dyn Plans) -> Result<Self, EngineError> {
        // Read first: a document that changes in between is noticed at the next look.
        let revision = plans.revision()?;
        let mapping = plans.document(DocumentKind::Mapping, THE_ONE, None)?;
        let identity = plans.document(DocumentKind::Identity, THE_ONE, None)?;
        Self::of_documents(plans, revision, mapping, identity)
    }

    /// The plans with the versions of mapping and identity rules under which events are filed; 0 stands for none.
    pub(crate) fn load_versions(plans: &dyn Plans, (mapping, identity): (u32, u32)) -> Result<Self, EngineError> {
        let version = |kind, version| match version {
            0 => Ok(None),
            version => plans.document(kind, THE_ONE, Some(version)),
        };
        let mapping_document = version(DocumentKind::Mapping, mapping)?;
        let identity_document = version(DocumentKind::Identity, identity)?;
        // Revision 0 makes the folds look at the plans at once, should these not be the current versions.
        let loaded = Self::of_documents(plans, 0, mapping_document, identity_document)?;
        Ok(Self { mapping_version: mapping, identity_version: identity, ..loaded })
    }

    fn of_documents(
        plans: &dyn Plans,
        revision: u64,
        mapping_document: Option<Document>,
        identity_document: Option<Document>,
    ) -> Result<Self, EngineError> {
        let mapping_plan: MappingPlan = match &mapping_document {
            Some(document) => typed(&document.body)?,
            None => MappingPlan::default(),
        };
        let identity = match &identity_document {
            Some(document) => typed(&document.body)?,
            None => IdentityRules::default(),
        };
        let mut touchpoints = BTreeMap::new();
        for document in plans.documents(Some(DocumentKind::Touchpoint))? {
            touchpoints.insert(document.name, typed(&document.body)?);
        }
        Ok(Self {
            revision,
            mapping: Arc::new(Mapping::compile(&mapping_plan)?),
            mapping_version: mapping_document.map_or(0, |document| document.version),
            identity,
            identity_version: identity_document.map_or(0, |document| document.version),
            touchpoints,
        })
    }

    /// True if events would be filed alike under both.
    pub(crate) fn files_like(&self, other: &Self) -> bool {
        self.mapping_version == other.mapping_version && self.identity_version == other.identity_version
    }
}

/// Checks a document before it is stored, whoever writes it: what [`check_body`] checks, that a mapping leads to touchpoints
/// that are registered, that a touchpoint is a part of one that is and never of itself, that none is removed while it has
/// parts, that no map shows a step in detail by itself, that telephone numbers of the region of identity rules can be read, and the content of a linkage model. Errors
/// name the field.
pub fn check_document(kind: DocumentKind, name: &str, body: &Value, known: &dyn Known) -> Result<(), Invalid> {
    check_body(kind, name, body)?;
    match kind {
        DocumentKind::Touchpoint if body.is_null() => check_removal(name, known),
        _ if body.is_null() => Ok(()),
        DocumentKind::Touchpoint => check_place(name, &plan_of(body)?, known),
        DocumentKind::Map => check_nesting(name, &plan_of(body)?, known),
        DocumentKind::Mapping => check_mapping(&plan_of(body)?, &|id| known.touchpoint(id).is_some()),
        DocumentKind::Linkage => linkage_model(body).map(drop),
        DocumentKind::Identity => {
            let rules: IdentityRules = plan_of(body)?;
            check_identity(&rules)
        }
        DocumentKind::Journey
        | DocumentKind::Segment
        | DocumentKind::Persona
        | DocumentKind::PainPoint
        | DocumentKind::Opportunity
        | DocumentKind::Solution
        | DocumentKind::Target
        | DocumentKind::Comment => Ok(()),
    }
}

fn plan_of<T: DeserializeOwned>(body: &Value) -> Result<T, Invalid> {
    T::deserialize(body).map_err(|error| Invalid::missing("", error.to_string()))
}

/// A journey rule as people write it: the name of one that was planned, which `planned` looks up, or the rule itself.
pub(crate) fn journey_rule(
    written: &str,
    planned: impl FnOnce(&str) -> Result<Option<JourneyPlan>, EngineError>,
) -> Result<JourneyRule, EngineError> {
    let found = if model::is_slug(written) { planned(written)? } else { None };
    Ok(found.map_or_else(|| written.to_owned(), |found| found.rule).parse()?)
}

/// Checks identity rules; errors name the field.
pub(crate) fn check_identity(rules: &IdentityRules) -> Result<(), Invalid> {
    rules.check()?;
    if identity::knows_region(&rules.region) {
        return Ok(());
    }
    Err(Invalid::new("region", &rules.region, "is no country whose telephone numbers are known"))
}

/// The model by which records are linked, with the version of its document; `None` where there is no such document.
pub fn current_linkage(plans: &dyn Plans) -> Result<Option<(u32, LinkageModel)>, EngineError> {
    let document = plans.document(DocumentKind::Linkage, THE_ONE, None)?;
    Ok(document.map(|document| linkage_model(&document.body).map(|model| (document.version, model))).transpose()?)
}

fn linkage_model(body: &Value) -> Result<LinkageModel, Invalid> {
    let model: LinkageModel = serde_path_to_error::deserialize(body).map_err(|error| {
        let path = error.path().to_string();
        // The document itself is called `.` there.
        Invalid::missing(path.trim_matches('.'), error.inner().to_string())
    })?;
    model.check().map_err(|error| Invalid::missing(error.place, error.reason))?;
    Ok(model)
}

/// A rule may only send events to a touchpoint that is registered; the error names the rule.
pub(crate) fn check_mapping(plan: &MappingPlan, registered: &dyn Fn(&str) -> bool) -> Result<(), Invalid> {
    for (index, rule) in plan.rule.iter().enumerate() {
        if !registered(&rule.touchpoint) {
            let place = format!("rule[{index}].touchpoint");
            return Err(Invalid::new(place, &rule.touchpoint, "is not in the register of touchpoints"));
        }
    }
    Ok(())
}

pub(crate) fn typed<T: DeserializeOwned>(body: &Value) -> Result<T, EngineError> {
    plan_of(body).map_err(EngineError::Invalid)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Register;
    use serde_json::json;

    #[test]
    fn a_document_is_checked_with_what_only_the_engine_knows() {
        let model = serde_json::to_value(LinkageModel::default()).unwrap();
        let with = |pointer: &str, value: Value| {
            let mut changed = model.clone();
            *changed.pointer_mut(pointer).unwrap() = value;
            changed
        };
        let mapping = json!({"rule": [{"touchpoint": "till", "name": "paid"}]});
        let part = json!({"title": "Till", "parent": "shop"});
        for (kind, body, expected) in [
            (DocumentKind::Touchpoint, part, "parent: \"shop\" is not in the register of touchpoints"),
            (DocumentKind::Mapping, mapping, "rule[0].touchpoint: \"till\" is not in the register of touchpoints"),
            (DocumentKind::Linkage, with("/thresholds/link", json!(1.5)), "thresholds.link: 1.5 lies outside 0 to 1"),
            (DocumentKind::Linkage, with("/limits/records", json!("x")), "limits.records: invalid type: string"),
            (DocumentKind::Linkage, json!({"forms": 1}), "forms: unknown field `forms`"),
            (DocumentKind::Linkage, json!({}), "missing field `form`"),
        ] {
            let error = check_document(kind, THE_ONE, &body, &Register::default()).unwrap_err().to_string();
            assert!(error.starts_with(expected), "{error}");
        }
        check_document(DocumentKind::Linkage, THE_ONE, &model, &Register::default()).unwrap();
        check_document(DocumentKind::Linkage, THE_ONE, &Value::Null, &Register::default()).unwrap();
    }
}
