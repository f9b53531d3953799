# How the functions get into the garden and into shoots. By default: by a kubeconfig of the garden in Secret Manager, and by the
# short-lived credentials for shoots that the garden hands out.

variable "garden_url" {
  description = "Address of the garden's API server, where it takes the ID tokens of the functions' service accounts (GARDEN_URL). Null: a kubeconfig in Secret Manager."
  type        = string
  default     = null

  validation {
    condition     = var.garden_url == null || can(regex("^https://[^/\\s]+$", var.garden_url))
    error_message = "garden_url must be https://<host>, perhaps with a port."
  }
}

variable "garden_audience" {
  description = "What the garden expects as the tokens' audience (GARDEN_AUDIENCE). Null: its address."
  type        = string
  default     = null

  validation {
    condition     = var.garden_audience == null || (var.garden_url != null && can(regex("^[A-Za-z0-9._~:/@-]{1,500}$", var.garden_audience)))
    error_message = "garden_audience goes with garden_url, and consists of letters, digits and ._~:/@-."
  }
}

variable "garden_ca" {
  description = "Certificates, in PEM, that sign the garden's (GARDEN_CA). Null: public authorities."
  type        = string
  default     = null

  validation {
    condition     = var.garden_ca == null || (var.garden_url != null && can(regex("^\\s*-----BEGIN CERTIFICATE-----", var.garden_ca)))
    error_message = "garden_ca goes with garden_url, and must be certificates in PEM."
  }
}

variable "watch_namespaces" {
  description = "Namespaces of the garden whose Shoots are watched, e.g. \"garden-core,garden-web=web-shoots\" (WATCH_NAMESPACES). Empty: all."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^([a-z0-9*][a-z0-9-]*(=[a-z][a-z0-9-]+)?(, ?|$))*$", var.watch_namespaces))
    error_message = "watch_namespaces must be namespaces separated by commas, each perhaps with =<GCP project>."
  }
}

variable "write_status_constraints" {
  description = "Whether constraints are written into the Shoots' status too, beside the annotations (WRITE_STATUS_CONSTRAINTS)."
  type        = bool
  default     = false
  nullable    = false
}

variable "plan_access" {
  description = "What the preflight reads shoots with where the garden is asked: viewer, or admin where the viewer may not read all (PLAN_ACCESS)."
  type        = string
  default     = "viewer"
  nullable    = false

  validation {
    condition     = contains(["viewer", "admin"], var.plan_access)
    error_message = "plan_access must be viewer or admin."
  }
}

variable "shoot_secrets" {
  description = "Whether shoots' kubeconfigs are in Secret Manager, as shoot-dualstack-shoot-<namespace>_<name>, instead of asked for in the garden."
  type        = bool
  default     = false
  nullable    = false
}

variable "seed_secrets" {
  description = "Whether the cloud-controller-manager runs on seeds, whose kubeconfigs are in Secret Manager as shoot-dualstack-seed-<seed>."
  type        = bool
  default     = false
  nullable    = false
}
