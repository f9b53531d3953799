terraform {
  # OpenTofu 1.9 and later read the same configuration: nothing here is of one of the two only.
  required_version = ">= 1.9"

  required_providers {
    google = {
      source = "hashicorp/google"
      # Direct VPC egress of functions is in the provider since 7.21, and validated rightly since 7.26.
      version = "~> 7.26"
    }
    archive = {
      source  = "hashicorp/archive"
      version = "~> 2.7"
    }
  }

  # The bucket is named when the working directory is initialised: -backend-config=bucket=...
  backend "gcs" {
    prefix = "shoot-dualstack"
  }
}

provider "google" {
  project = var.project
  region  = var.region
}
