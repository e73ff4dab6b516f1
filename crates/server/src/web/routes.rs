//! The table of routes: what each address needs, said beside its handler. The router is built from this
//! table and from nothing else, so a test that walks the table walks every route.

use axum::http::Method;
use xinxiu_domain::actor::Action;

use super::reply::PageResult;
use super::request::Req;

/// One megabyte, for upload limits.
pub const MIB: usize = 1024 * 1024;
/// Largest form without files.
const FORM_LIMIT: usize = MIB;

/// Answers one request, on a thread that may block.
pub type Handler = fn(&Req) -> PageResult;

/// Who may come to an address at all. Which record they may touch is checked by the step itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everybody: signing in, style sheets, health.
    Public,
    /// Everybody who is signed in.
    SignedIn,
    /// Those whose role has the action.
    Staff(Action),
    /// Those whose role has one of the actions: sender and receiver of the same thing.
    Either(&'static [Action]),
    /// An enterprise with its personal link; the page checks the link's token.
    Link,
    /// A gateway with the address for its receipts; the page checks the token in it.
    Receipt,
}

impl Access {
    /// The actions of which a caller needs one; none where no role is asked for.
    pub const fn actions(&self) -> &[Action] {
        match self {
            Self::Public | Self::SignedIn | Self::Link | Self::Receipt => &[],
            Self::Staff(action) => std::slice::from_ref(action),
            Self::Either(actions) => actions,
        }
    }
}

/// One address.
#[derive(Debug, Clone)]
pub struct Route {
    /// Method.
    pub method: Method,
    /// Path in axum's form, for example `/sessions/{id}`.
    pub path: &'static str,
    /// Who may come.
    pub access: Access,
    /// What answers.
    pub handler: Handler,
    /// Largest body in bytes.
    pub limit: usize,
}

/// The table under construction.
#[derive(Debug, Default)]
pub struct Routes(Vec<Route>);

impl Routes {
    /// A page.
    pub fn get(&mut self, path: &'static str, access: Access, handler: Handler) {
        self.add(Method::GET, path, access, handler, FORM_LIMIT);
    }

    /// A form without files.
    pub fn post(&mut self, path: &'static str, access: Access, handler: Handler) {
        self.add(Method::POST, path, access, handler, FORM_LIMIT);
    }

    /// A form with files of at most `limit` bytes together.
    pub fn upload(&mut self, path: &'static str, access: Access, limit: usize, handler: Handler) {
        self.add(Method::POST, path, access, handler, limit);
    }

    /// Every route, in the order of declaration.
    pub fn all(&self) -> &[Route] {
        &self.0
    }

    fn add(&mut self, method: Method, path: &'static str, access: Access, handler: Handler, limit: usize) {
        self.0.push(Route { method, path, access, handler, limit });
    }
}
