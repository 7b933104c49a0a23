//! ValidateProviderConfig and ConfigureProvider.

use std::sync::PoisonError;

use super::super::diagnostics::Diagnostics;
use super::super::{absent, validate};
use super::{ConfigureRequest, DynamicValue, Session, decode};

impl Session {
    pub async fn validate_provider_config(&self, config: DynamicValue) -> Diagnostics {
        let schema = self.shared.provider.schema();
        let config = match decode("provider configuration", &config, &schema) {
            Ok(config) if config.is_null() => return Diagnostics::new(),
            Ok(config) => absent::without_empty(&schema.block, &config),
            Err(error) => return error.into(),
        };
        // Provider configurations are never stored: write-only makes no difference here.
        let mut diagnostics = validate::config(&schema.block, &config, true);
        if !diagnostics.has_errors() {
            diagnostics.append(self.shared.provider.validate(&config));
        }
        diagnostics
    }

    pub async fn configure_provider(&self, request: ConfigureRequest) -> Diagnostics {
        self.learn(&request.terraform_version);
        let schema = self.shared.provider.schema();
        let config = match decode("provider configuration", &request.config, &schema) {
            Ok(config) => absent::without_empty(&schema.block, &config),
            Err(error) => return error.into(),
        };
        match self.shared.provider.configure(config, request.terraform_version).await {
            Ok(data) => {
                // Debug mode configures again for every run of Terraform on the connection: the newest counts.
                *self.state.data.write().unwrap_or_else(PoisonError::into_inner) = Some(data);
                Diagnostics::new()
            }
            Err(error) => error,
        }
    }
}
